import { status } from '@grpc/grpc-js'
import type { Theme } from '../support/case.ts'
import { Channel } from '../support/channel.ts'
import { Stream } from '../support/stream.ts'

export const streamProtocol: Theme = {
  title: 'Requests that end a stream with INVALID_ARGUMENT',
  cases: [
    {
      behaviour: 'A first request without a subscription',
      source: 'google.pubsub.v1 StreamingPullRequest.subscription',
      async run(service) {
        const stream = new Stream(service, { streamAckDeadlineSeconds: 10 })
        await stream.expectRefusal(status.INVALID_ARGUMENT)
      },
    },
    {
      behaviour: 'A stream ack deadline under 10 s or over 600 s',
      source: 'google.pubsub.v1 StreamingPullRequest.stream_ack_deadline_seconds',
      async run(service) {
        const { subscription } = await Channel.open(service)
        for (const streamAckDeadlineSeconds of [9, 601]) {
          const stream = Stream.open(service, subscription, { streamAckDeadlineSeconds })
          await stream.expectRefusal(status.INVALID_ARGUMENT)
        }
      },
    },
    {
      behaviour: 'Fewer new deadlines than ack ids',
      source: 'google.pubsub.v1 StreamingPullRequest.modify_deadline_seconds',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1', '2'])
        const stream = Stream.open(service, channel.subscription)
        const ackIds = (await stream.receive(2)).map(({ ackId }) => ackId)
        stream.send({ modifyDeadlineAckIds: ackIds, modifyDeadlineSeconds: [10] })
        await stream.expectRefusal(status.INVALID_ARGUMENT)
      },
    },
    {
      behaviour: 'A negative new deadline',
      source: 'google.pubsub.v1 StreamingPullRequest.modify_deadline_seconds',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        const stream = Stream.open(service, channel.subscription)
        const { ackId } = await stream.receiveOne()
        stream.send({ modifyDeadlineAckIds: [ackId], modifyDeadlineSeconds: [-1] })
        await stream.expectRefusal(status.INVALID_ARGUMENT)
      },
    },
    {
      behaviour: 'A limit of outstanding messages in a later request',
      source: 'google.pubsub.v1 StreamingPullRequest.max_outstanding_messages',
      async run(service) {
        const { subscription } = await Channel.open(service)
        const stream = Stream.open(service, subscription)
        stream.send({ maxOutstandingMessages: 1 })
        await stream.expectRefusal(status.INVALID_ARGUMENT)
      },
    },
    {
      behaviour: 'A limit of outstanding bytes in a later request',
      source: 'google.pubsub.v1 StreamingPullRequest.max_outstanding_bytes',
      async run(service) {
        const { subscription } = await Channel.open(service)
        const stream = Stream.open(service, subscription)
        stream.send({ maxOutstandingBytes: 1 })
        await stream.expectRefusal(status.INVALID_ARGUMENT)
      },
    },
    {
      behaviour: 'A protocol version in a later request',
      source: 'google.pubsub.v1 StreamingPullRequest.protocol_version',
      async run(service) {
        const { subscription } = await Channel.open(service)
        const stream = Stream.open(service, subscription, { protocolVersion: 1 })
        stream.send({ protocolVersion: 1 })
        await stream.expectRefusal(status.INVALID_ARGUMENT)
      },
    },
  ],
}
