import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import { page, type Theme } from '../support/case.ts'
import { Channel, type Received } from '../support/channel.ts'
import { expectRefusal } from '../support/refusal.ts'
import type { Service } from '../support/service.ts'
import { Stream } from '../support/stream.ts'

const EXACTLY_ONCE = page('exactly-once-delivery')
const INVALID = 'PERMANENT_FAILURE_INVALID_ACK_ID'

/** A message received twice: the first ack id is not the latest any more. */
async function receiveTwice(service: Service) {
  const channel = await Channel.open(service, { enableExactlyOnceDelivery: true })
  await channel.publish(['1'])
  const stale = await channel.receiveOne()
  await channel.nack(stale)
  const latest = await channel.receiveOne()
  return { channel, stale, latest }
}

/** Throws unless the call is refused as the clients expect it, for this ack id alone. */
async function expectInvalid({ ackId }: Received, call: Promise<unknown>): Promise<void> {
  const refusal = await expectRefusal(status.INVALID_ARGUMENT, call)
  assert.equal(refusal.reason, 'EXACTLY_ONCE_ACKID_FAILURE')
  assert.equal(refusal.domain, 'pubsub.googleapis.com')
  assert.deepEqual({ ...refusal.errorInfoMetadata }, { [ackId]: INVALID })
}

export const exactlyOnce: Theme = {
  title: 'Exactly-once delivery',
  cases: [
    {
      behaviour: 'An acknowledged message does not come again',
      source: 'google.pubsub.v1 Subscription.enable_exactly_once_delivery',
      async run(service) {
        const channel = await Channel.open(service, { enableExactlyOnceDelivery: true })
        await channel.publish(['1'])
        const received = await channel.receiveOne()
        await channel.extend(1, received)
        await channel.ack(received)
        await channel.receiveNothing(2_000)
      },
    },
    {
      behaviour: 'A message does not come again while its extended deadline runs',
      source: 'google.pubsub.v1 Subscription.enable_exactly_once_delivery',
      async run(service) {
        const channel = await Channel.open(service, { enableExactlyOnceDelivery: true })
        await channel.publish(['1'])
        const received = await channel.receiveOne()
        await channel.extend(1, received)
        await channel.extend(30, received)
        await channel.receiveNothing(2_000)
      },
    },
    {
      behaviour: 'Only the latest ack id acknowledges; an older one is refused, with the reason',
      source: EXACTLY_ONCE,
      async run(service) {
        const { channel, stale, latest } = await receiveTwice(service)
        await expectInvalid(stale, channel.ack(stale))
        await channel.ack(latest)
        await channel.receiveNothing()
      },
    },
    {
      behaviour: 'Only the latest ack id extends a deadline; an older one is refused, with the reason',
      source: EXACTLY_ONCE,
      async run(service) {
        const { channel, stale, latest } = await receiveTwice(service)
        await expectInvalid(stale, channel.extend(30, stale))
        await channel.extend(30, latest)
      },
    },
    {
      behaviour: 'An ack id whose deadline has passed is refused, with the reason',
      source: EXACTLY_ONCE,
      async run(service) {
        const channel = await Channel.open(service, { enableExactlyOnceDelivery: true })
        await channel.publish(['1'])
        const stale = await channel.receiveOne()
        await channel.extend(1, stale)
        const latest = await channel.receiveOne()
        await expectInvalid(stale, channel.ack(stale))
        await channel.ack(latest)
      },
    },
    {
      behaviour: 'In a request with one stale ack id, the others count',
      source: EXACTLY_ONCE,
      async run(service) {
        const { channel, stale, latest } = await receiveTwice(service)
        await channel.extend(1, latest)
        await expectInvalid(stale, channel.ack(stale, latest))
        await channel.receiveNothing(2_000)
      },
    },
    {
      behaviour: 'A stream tells that the subscription delivers exactly once',
      source: 'google.pubsub.v1 StreamingPullResponse.SubscriptionProperties',
      async run(service) {
        const channel = await Channel.open(service, { enableExactlyOnceDelivery: true })
        await channel.publish(['1'])
        const stream = Stream.open(service, channel.subscription)
        await stream.response('exactly-once delivery is told', ({ subscriptionProperties }) =>
          Boolean(subscriptionProperties?.exactlyOnceDeliveryEnabled),
        )
      },
    },
    {
      behaviour: 'It can be switched on later',
      source: EXACTLY_ONCE,
      async run(service) {
        const { subscription: name } = await Channel.open(service)
        const subscription = { name, enableExactlyOnceDelivery: true }
        const updateMask = { paths: ['enable_exactly_once_delivery'] }
        await service.subscriber.updateSubscription({ subscription, updateMask })
        const [found] = await service.subscriber.getSubscription({ subscription: name })
        assert.equal(found.enableExactlyOnceDelivery, true)
      },
    },
  ],
}
