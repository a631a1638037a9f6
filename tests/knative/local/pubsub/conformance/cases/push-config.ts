import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import type { Theme } from '../support/case.ts'
import { Channel } from '../support/channel.ts'
import { expectAllInvalid, expectRefusal } from '../support/refusal.ts'
import { Stream } from '../support/stream.ts'
import { openPush } from './push.ts'

const MODIFY = 'google.pubsub.v1 Subscriber.ModifyPushConfig'

export const pushConfig: Theme = {
  title: 'Push configuration',
  cases: [
    {
      behaviour: 'A new endpoint gets what is published from then on',
      source: MODIFY,
      async run(service) {
        const { channel, endpoint } = await openPush(service)
        const { subscription } = channel
        await channel.publish(['1'])
        ;(await endpoint.next()).answer(200)
        const other = service.newEndpoint()
        await service.subscriber.modifyPushConfig({ subscription, pushConfig: { pushEndpoint: other.url } })
        await channel.publish(['2'])
        assert.equal((await other.next()).text, '2')
        await endpoint.takeNothing(200)
      },
    },
    {
      behaviour: 'An empty configuration makes a pull subscription of a push subscription',
      source: MODIFY,
      async run(service) {
        const { channel, endpoint } = await openPush(service)
        const { subscription } = channel
        await service.subscriber.modifyPushConfig({ subscription, pushConfig: {} })
        await channel.publish(['1'])
        assert.equal((await channel.receiveOne()).text, '1')
        await endpoint.takeNothing(200)
      },
    },
    {
      behaviour: 'The backlog of a pull subscription is pushed once it has an endpoint',
      source: MODIFY,
      async run(service) {
        const channel = await Channel.open(service)
        const { subscription } = channel
        await channel.publish(['1'])
        const endpoint = service.newEndpoint()
        await service.subscriber.modifyPushConfig({
          subscription,
          pushConfig: { pushEndpoint: endpoint.url },
        })
        assert.equal((await endpoint.next()).text, '1')
      },
    },
    {
      behaviour: 'A configuration is read back as it was set',
      source: 'google.pubsub.v1 PushConfig',
      async run(service) {
        const oidcToken = { serviceAccountEmail: 'a@b.example', audience: 'c' }
        const { channel, endpoint } = await openPush(service, { pushConfig: { oidcToken } })
        const [found] = await service.subscriber.getSubscription({ subscription: channel.subscription })
        assert.equal(found.pushConfig?.pushEndpoint, endpoint.url)
        assert.equal(found.pushConfig?.oidcToken?.serviceAccountEmail, 'a@b.example')
        assert.equal(found.pushConfig?.oidcToken?.audience, 'c')
      },
    },
    {
      behaviour: 'An endpoint that is no URL, and a version that is none, are INVALID_ARGUMENT',
      source: 'google.pubsub.v1 PushConfig.push_endpoint, attributes',
      async run(service) {
        const { topic } = await Channel.open(service)
        const pushEndpoint = service.newEndpoint().url
        const create = (config: object) =>
          service.subscriber.createSubscription({
            topic,
            name: service.newName('subscriptions'),
            pushConfig: config,
          })
        await expectAllInvalid({
          url: create({ pushEndpoint: 'not a url' }),
          scheme: create({ pushEndpoint: 'ftp://example.com/push' }),
          version: create({ pushEndpoint, attributes: { 'x-goog-version': 'v9' } }),
        })
      },
    },
    {
      behaviour: 'Pull and streaming pull on a push subscription are FAILED_PRECONDITION',
      source: 'google.pubsub.v1 Subscription.push_config',
      async run(service) {
        const { channel } = await openPush(service)
        const request = { subscription: channel.subscription, maxMessages: 1, returnImmediately: true }
        await expectRefusal(status.FAILED_PRECONDITION, service.subscriber.pull(request))
        const stream = Stream.open(service, channel.subscription)
        await stream.expectRefusal(status.FAILED_PRECONDITION)
      },
    },
  ],
}
