import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import { page, type Theme } from '../support/case.ts'
import { Channel, type Received, texts } from '../support/channel.ts'
import { quiet } from '../support/quiet.ts'
import { expectRefusal } from '../support/refusal.ts'
import type { Service } from '../support/service.ts'

const HOUR = 3_600
const RETAIN = { retainAckedMessages: true }

async function seek(service: Service, { subscription }: Channel, timeMs: number): Promise<void> {
  const time = { seconds: Math.floor(timeMs / 1_000), nanos: Math.floor(timeMs % 1_000) * 1e6 }
  await service.subscriber.seek({ subscription, time })
}

function publishedMs({ message }: Received): number {
  const { seconds, nanos } = message.publishTime ?? {}
  return Number(seconds) * 1_000 + Number(nanos) / 1e6
}

/** Publishes so many messages and acknowledges them. */
async function settle(channel: Channel, ...sent: string[]): Promise<Received[]> {
  await channel.publish(sent)
  const received = await channel.receive(sent.length)
  await channel.ack(...received)
  return received
}

export const seeking: Theme = {
  title: 'Seek and retention',
  cases: [
    {
      behaviour: 'A seek to a time to come acknowledges everything',
      source: 'google.pubsub.v1 SeekRequest.time',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1', '2'])
        await seek(service, channel, Date.now() + HOUR * 1_000)
        await channel.receiveNothing()
      },
    },
    {
      behaviour: 'A seek to the past brings acknowledged messages again, if they are retained',
      source: 'google.pubsub.v1 Subscription.retain_acked_messages',
      async run(service) {
        const channel = await Channel.open(service, RETAIN)
        await settle(channel, '1', '2')
        await seek(service, channel, Date.now() - HOUR * 1_000)
        assert.deepEqual(texts(await channel.receive(2)).sort(), ['1', '2'])
      },
    },
    {
      behaviour: 'A seek to the past brings no acknowledged messages that are not retained',
      source: 'google.pubsub.v1 SeekRequest.time',
      async run(service) {
        const channel = await Channel.open(service)
        await settle(channel, 'acknowledged')
        await channel.publish(['not yet'])
        await seek(service, channel, Date.now() - HOUR * 1_000)
        assert.deepEqual(texts(await channel.receive(1)), ['not yet'])
        await channel.receiveNothing()
      },
    },
    {
      behaviour: 'What was published before the time counts as acknowledged, what came after it does not',
      source: 'google.pubsub.v1 SeekRequest.time',
      async run(service) {
        const channel = await Channel.open(service, RETAIN)
        const [before] = await settle(channel, 'before')
        // So that there is a time between the two.
        await quiet(100)
        const [after] = await settle(channel, 'after')
        assert(before && after)
        await seek(service, channel, (publishedMs(before) + publishedMs(after)) / 2)
        assert.deepEqual(texts(await channel.receive(1)), ['after'])
        await channel.receiveNothing()
      },
    },
    {
      behaviour: 'A topic that retains messages makes them available to any of its subscriptions',
      source: 'google.pubsub.v1 Topic.message_retention_duration',
      async run(service) {
        const topic = { messageRetentionDuration: { seconds: HOUR } }
        const channel = await Channel.open(service, {}, topic)
        await settle(channel, 'acknowledged')
        await seek(service, channel, Date.now() - HOUR * 500)
        assert.deepEqual(texts(await channel.receive(1)), ['acknowledged'])
      },
    },
    {
      behaviour: 'A subscription may seek to before it was created, in what its topic retains',
      source: page('replay-overview'),
      async run(service) {
        const topic = { messageRetentionDuration: { seconds: HOUR } }
        const first = await Channel.open(service, {}, topic)
        await first.publish(['early'])
        const later = await Channel.attach(service, first.topic)
        await seek(service, later, Date.now() - HOUR * 500)
        assert.deepEqual(texts(await later.receive(1)), ['early'])
      },
    },
    {
      behaviour: 'A seek without a time or a snapshot is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 SeekRequest',
      async run(service) {
        const { subscription } = await Channel.open(service)
        await expectRefusal(status.INVALID_ARGUMENT, service.subscriber.seek({ subscription }))
      },
    },
    {
      behaviour: 'A seek of a subscription that does not exist is NOT_FOUND',
      source: page('reference/error-codes'),
      async run({ subscriber, newName }) {
        const request = { subscription: newName('subscriptions'), time: { seconds: 1 } }
        await expectRefusal(status.NOT_FOUND, subscriber.seek(request))
      },
    },
  ],
}
