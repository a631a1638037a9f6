import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import { page, type Theme } from '../support/case.ts'
import { Channel } from '../support/channel.ts'
import { expectRefusal } from '../support/refusal.ts'
import type { Service } from '../support/service.ts'

const DAY = 86_400

/** A subscription made with nothing but its name and topic, as it is read back. */
async function defaults(service: Service) {
  const { topic } = await Channel.open(service)
  const name = service.newName('subscriptions')
  await service.subscriber.createSubscription({ name, topic })
  const [found] = await service.subscriber.getSubscription({ subscription: name })
  return found
}

export const subscriptions: Theme = {
  title: 'Subscriptions',
  cases: [
    {
      behaviour: 'The ack deadline is 10 s unless set',
      source: 'google.pubsub.v1 Subscription.ack_deadline_seconds',
      async run(service) {
        assert.equal((await defaults(service)).ackDeadlineSeconds, 10)
      },
    },
    {
      behaviour: 'Messages are retained for 7 days unless set',
      source: 'google.pubsub.v1 Subscription.message_retention_duration',
      async run(service) {
        const { messageRetentionDuration } = await defaults(service)
        assert.equal(Number(messageRetentionDuration?.seconds), 7 * DAY)
      },
    },
    {
      behaviour: 'A subscription expires after 31 idle days unless set',
      source: 'google.pubsub.v1 Subscription.expiration_policy',
      async run(service) {
        const { expirationPolicy } = await defaults(service)
        assert.equal(Number(expirationPolicy?.ttl?.seconds), 31 * DAY)
      },
    },
    {
      behaviour: 'With an expiration policy without ttl it never expires, and reads so',
      source: 'google.pubsub.v1 ExpirationPolicy.ttl',
      async run(service) {
        const { subscription } = await Channel.open(service, { expirationPolicy: {} })
        const [found] = await service.subscriber.getSubscription({ subscription })
        assert(found.expirationPolicy)
        assert.equal(found.expirationPolicy.ttl ?? null, null)
      },
    },
    {
      behaviour: 'A new subscription is ACTIVE and not detached',
      source: 'google.pubsub.v1 Subscription.state',
      async run(service) {
        const { state, detached } = await defaults(service)
        assert.deepEqual([state, detached], ['ACTIVE', false])
      },
    },
    {
      behaviour: 'A subscription tells the retention of its topic',
      source: 'google.pubsub.v1 Subscription.topic_message_retention_duration',
      async run(service) {
        const topic = { messageRetentionDuration: { seconds: 3_600 } }
        const { subscription } = await Channel.open(service, {}, topic)
        const [found] = await service.subscriber.getSubscription({ subscription })
        assert.equal(Number(found.topicMessageRetentionDuration?.seconds), 3_600)
      },
    },
    {
      behaviour: 'Creating a subscription that exists is ALREADY_EXISTS, one to no topic NOT_FOUND',
      source: 'google.pubsub.v1 Subscriber.CreateSubscription',
      async run(service) {
        const { subscriber, newName } = service
        const { topic, subscription: name } = await Channel.open(service)
        await expectRefusal(status.ALREADY_EXISTS, subscriber.createSubscription({ name, topic }))
        const nowhere = { name: newName('subscriptions'), topic: newName('topics') }
        await expectRefusal(status.NOT_FOUND, subscriber.createSubscription(nowhere))
      },
    },
    {
      behaviour: 'A subscription created without a name gets one in the project of its topic',
      source: 'google.pubsub.v1 Subscriber.CreateSubscription',
      async run(service) {
        const { topic } = await Channel.open(service)
        const [{ name }] = await service.subscriber.createSubscription({ topic })
        const subscription = name ?? ''
        assert(subscription.startsWith(`${service.project}/subscriptions/`), `it is named ${subscription}`)
        const [found] = await service.subscriber.getSubscription({ subscription })
        assert.equal(found.topic, topic)
      },
    },
    {
      behaviour: 'A deleted subscription is NOT_FOUND to read, to pull from and to delete',
      source: 'google.pubsub.v1 Subscriber.DeleteSubscription',
      async run(service) {
        const { subscriber } = service
        const { subscription } = await Channel.open(service)
        await subscriber.deleteSubscription({ subscription })
        await expectRefusal(status.NOT_FOUND, subscriber.getSubscription({ subscription }))
        await expectRefusal(status.NOT_FOUND, subscriber.pull({ subscription, maxMessages: 1 }))
        await expectRefusal(status.NOT_FOUND, subscriber.deleteSubscription({ subscription }))
      },
    },
    {
      behaviour: 'A subscription created again under the name of a deleted one has none of its messages',
      source: 'google.pubsub.v1 Subscriber.DeleteSubscription',
      async run(service) {
        const channel = await Channel.open(service)
        const { topic, subscription: name } = channel
        await channel.publish(['before'])
        await service.subscriber.deleteSubscription({ subscription: name })
        await service.subscriber.createSubscription({ name, topic })
        await channel.publish(['after'])
        assert.equal((await channel.receiveOne()).text, 'after')
        await channel.receiveNothing()
      },
    },
    {
      behaviour: 'Every subscription of a topic gets a message, and one made later does not',
      source: page('subscription-overview'),
      async run(service) {
        const first = await Channel.open(service)
        const second = await Channel.attach(service, first.topic)
        await first.publish(['1'])
        const later = await Channel.attach(service, first.topic)
        assert.equal((await first.receiveOne()).text, '1')
        assert.equal((await second.receiveOne()).text, '1')
        await later.receiveNothing()
      },
    },
  ],
}
