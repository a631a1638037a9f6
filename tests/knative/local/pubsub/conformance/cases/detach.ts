import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import { page, type Theme } from '../support/case.ts'
import { Channel } from '../support/channel.ts'
import { expectRefusal } from '../support/refusal.ts'
import type { Service } from '../support/service.ts'
import { Stream } from '../support/stream.ts'
import { openPush } from './push.ts'

const DETACH = 'google.pubsub.v1 Publisher.DetachSubscription'

/** A subscription with a message, detached. */
async function openDetached(service: Service): Promise<Channel> {
  const channel = await Channel.open(service)
  await channel.publish(['1'])
  await service.publisher.detachSubscription({ subscription: channel.subscription })
  return channel
}

export const detach: Theme = {
  title: 'Detached subscriptions',
  cases: [
    {
      behaviour: 'A detached subscription says that it is, and its topic lists it no more',
      source: 'google.pubsub.v1 Subscription.detached, Publisher.ListTopicSubscriptions',
      async run(service) {
        const { topic, subscription } = await openDetached(service)
        const [found] = await service.subscriber.getSubscription({ subscription })
        assert.equal(found.detached, true)
        const [names] = await service.publisher.listTopicSubscriptions({ topic })
        assert.deepEqual(names, [])
      },
    },
    {
      behaviour: 'Pull and streaming pull of a detached subscription are FAILED_PRECONDITION',
      source: DETACH,
      async run(service) {
        const { subscription } = await openDetached(service)
        const request = { subscription, maxMessages: 1, returnImmediately: true }
        await expectRefusal(status.FAILED_PRECONDITION, service.subscriber.pull(request))
        await Stream.open(service, subscription).expectRefusal(status.FAILED_PRECONDITION)
      },
    },
    {
      behaviour: 'A detached push subscription pushes no more',
      source: DETACH,
      async run(service) {
        const { channel, endpoint } = await openPush(service)
        await channel.publish(['1'])
        ;(await endpoint.next()).answer(200)
        await service.publisher.detachSubscription({ subscription: channel.subscription })
        await channel.publish(['2'])
        await endpoint.takeNothing()
      },
    },
    {
      behaviour: 'A detached subscription can be deleted',
      source: page('detach-subscriptions'),
      async run(service) {
        const { subscription } = await openDetached(service)
        await service.subscriber.deleteSubscription({ subscription })
        await expectRefusal(status.NOT_FOUND, service.subscriber.getSubscription({ subscription }))
      },
    },
    {
      behaviour: 'Detaching a subscription that does not exist is NOT_FOUND',
      source: page('reference/error-codes'),
      async run({ publisher, newName }) {
        const subscription = newName('subscriptions')
        await expectRefusal(status.NOT_FOUND, publisher.detachSubscription({ subscription }))
      },
    },
  ],
}
