import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import { until } from '../../../../../support/until.ts'
import { page, type Theme } from '../support/case.ts'
import { Channel, type Received, texts } from '../support/channel.ts'
import { Stream } from '../support/stream.ts'

export const streamingPull: Theme = {
  title: 'Streaming pull',
  cases: [
    {
      behaviour: 'Messages come on the stream, those from before and those published later',
      source: 'google.pubsub.v1 Subscriber.StreamingPull',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['before'])
        const stream = Stream.open(service, channel.subscription)
        assert.equal((await stream.receiveOne()).text, 'before')
        await channel.publish(['later'])
        assert.equal((await stream.receiveOne()).text, 'later')
      },
    },
    {
      behaviour: 'An acknowledgement sent on the stream counts',
      source: 'google.pubsub.v1 StreamingPullRequest.ack_ids',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        const stream = Stream.open(service, channel.subscription)
        const { ackId } = await stream.receiveOne()
        stream.send({ modifyDeadlineAckIds: [ackId], modifyDeadlineSeconds: [1] })
        stream.send({ ackIds: [ackId] })
        await stream.receiveNothing(2_000)
      },
    },
    {
      behaviour: 'A message received on one stream may be acknowledged on another',
      source: 'google.pubsub.v1 StreamingPullRequest.ack_ids',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        const stream = Stream.open(service, channel.subscription)
        const received = await stream.receiveOne()
        await channel.extend(1, received)
        const other = Stream.open(service, channel.subscription, { ackIds: [received.ackId] })
        await other.receiveNothing(2_000)
        await stream.receiveNothing(0)
      },
    },
    {
      behaviour: 'A deadline of zero sent on the stream brings the message again',
      source: 'google.pubsub.v1 StreamingPullRequest.modify_deadline_seconds',
      async run(service) {
        const channel = await Channel.open(service)
        const [id] = await channel.publish(['1'])
        const stream = Stream.open(service, channel.subscription)
        const { ackId } = await stream.receiveOne()
        stream.send({ modifyDeadlineAckIds: [ackId], modifyDeadlineSeconds: [0] })
        assert.equal((await stream.receiveOne()).message.messageId, id)
      },
    },
    {
      behaviour: 'Two streams of one subscription share its messages',
      source: page('subscriber'),
      async run(service) {
        const channel = await Channel.open(service)
        const streams = [1, 2].map(() => Stream.open(service, channel.subscription))
        for (const text of ['1', '2', '3', '4']) await channel.publish([text])
        const shares: Received[] = []
        const allCame = () => {
          shares.push(...streams.flatMap(stream => stream.takeAll()))
          return shares.length >= 4
        }
        await until('each message comes to one of the streams', allCame, service.patienceMs / 1_000)
        for (const stream of streams) await stream.receiveNothing(500)
        assert.deepEqual(texts(shares).sort(), ['1', '2', '3', '4'])
      },
    },
    {
      behaviour: 'No more messages are outstanding on a stream than it allows',
      source: 'google.pubsub.v1 StreamingPullRequest.max_outstanding_messages',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1', '2', '3'])
        const stream = Stream.open(service, channel.subscription, { maxOutstandingMessages: 2 })
        const [first] = await stream.receive(2)
        await stream.receiveNothing()
        stream.send({ ackIds: [first?.ackId ?? ''] })
        await stream.receive(1)
      },
    },
    {
      behaviour: 'No more bytes are outstanding on a stream than it allows, but for the last message',
      source: 'google.pubsub.v1 StreamingPullRequest.max_outstanding_bytes',
      async run(service) {
        const channel = await Channel.open(service)
        for (const text of ['1', '2', '3']) await channel.publish([text.repeat(1_000)])
        const stream = Stream.open(service, channel.subscription, { maxOutstandingBytes: 1_500 })
        const [first] = await stream.receive(2)
        await stream.receiveNothing()
        stream.send({ ackIds: [first?.ackId ?? ''] })
        await stream.receive(1)
      },
    },
    {
      behaviour: 'The stream tells that the subscription orders its messages',
      source: 'google.pubsub.v1 StreamingPullResponse.SubscriptionProperties',
      async run(service) {
        const channel = await Channel.open(service, { enableMessageOrdering: true })
        await channel.publish(['1'])
        const stream = Stream.open(service, channel.subscription)
        await stream.response('ordering is told', ({ subscriptionProperties }) =>
          Boolean(subscriptionProperties?.messageOrderingEnabled),
        )
      },
    },
    {
      behaviour: 'A stream on a subscription that does not exist ends with NOT_FOUND',
      source: page('reference/error-codes'),
      async run(service) {
        const stream = Stream.open(service, service.newName('subscriptions'))
        await stream.expectRefusal(status.NOT_FOUND)
      },
    },
  ],
}
