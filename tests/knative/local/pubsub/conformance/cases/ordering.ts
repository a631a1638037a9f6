import assert from 'node:assert/strict'
import { page, type Theme } from '../support/case.ts'
import { Channel, texts } from '../support/channel.ts'
import { subscribe } from '../support/client-subscriber.ts'
import { Stream } from '../support/stream.ts'

const ORDERED = { enableMessageOrdering: true }
const ORDERING = page('ordering')

export const ordering: Theme = {
  title: 'Ordering',
  cases: [
    {
      behaviour: 'The messages of a key are pulled in the order they were published',
      source: ORDERING,
      async run(service) {
        const channel = await Channel.open(service, ORDERED)
        const sent = Array.from({ length: 30 }, (_, index) => `${index}`)
        for (let from = 0; from < 30; from += 10)
          await channel.publish(sent.slice(from, from + 10), { key: 'a' })
        const got: string[] = []
        while (got.length < sent.length) {
          const received = await channel.receiveOne()
          got.push(received.text)
          await channel.ack(received)
        }
        assert.deepEqual(got, sent)
      },
    },
    {
      behaviour: 'The messages of several keys come on a stream each in the order of its key',
      source: ORDERING,
      async run(service) {
        const channel = await Channel.open(service, ORDERED)
        const keys = ['a', 'b', 'c']
        for (const text of ['1', '2', '3', '4'])
          await Promise.all(keys.map(key => channel.publish([text], { key })))
        const stream = Stream.open(service, channel.subscription)
        const got = new Map<string, string>()
        for (let count = 0; count < 12; count += 1) {
          const { text, ackId, message } = await stream.receiveOne()
          const key = message.orderingKey ?? ''
          got.set(key, `${got.get(key) ?? ''}${text}`)
          stream.send({ ackIds: [ackId] })
        }
        assert.deepEqual(
          keys.map(key => got.get(key)),
          ['1234', '1234', '1234'],
        )
      },
    },
    {
      behaviour: "Google's client publishes and receives a key in order",
      source: ORDERING,
      async run(service) {
        const channel = await Channel.open(service, ORDERED)
        const next = subscribe(service, channel.subscription)
        const topic = service.client.topic(channel.topic, { messageOrdering: true })
        const sent = Array.from({ length: 25 }, (_, index) => `${index}`)
        await Promise.all(
          sent.map(text => topic.publishMessage({ data: Buffer.from(text), orderingKey: 'a' })),
        )
        const got: string[] = []
        for (const _ of sent) {
          const message = await next()
          got.push(message.data.toString())
          message.ack()
        }
        assert.deepEqual(got, sent)
      },
    },
    {
      behaviour: 'While messages of a key are outstanding, no more of it are pulled',
      source: ORDERING,
      async run(service) {
        const channel = await Channel.open(service, ORDERED)
        await channel.publish(['1', '2', '3'], { key: 'a' })
        const first = await channel.receiveOne()
        assert.equal(first.text, '1')
        await channel.receiveNothing()
        await channel.ack(first)
        assert.deepEqual(texts(await channel.receive(2)), ['2', '3'])
      },
    },
    {
      behaviour: 'An outstanding message of one key does not hold up another key, nor messages without one',
      source: ORDERING,
      async run(service) {
        const channel = await Channel.open(service, ORDERED)
        await channel.publish(['a1', 'a2'], { key: 'a' })
        assert.equal((await channel.receiveOne()).text, 'a1')
        await channel.publish(['b1'], { key: 'b' })
        await channel.publish(['free'])
        assert.deepEqual(texts(await channel.receive(2)).sort(), ['b1', 'free'])
      },
    },
    {
      behaviour: 'A nack brings the message again and then those after it, acknowledged ones too',
      source: ORDERING,
      async run(service) {
        const channel = await Channel.open(service, ORDERED)
        await channel.publish(['1', '2', '3'], { key: 'a' })
        const [one, two, three] = await channel.receive(3)
        assert(one && two && three)
        await channel.ack(two, three)
        await channel.nack(one)
        assert.deepEqual(texts(await channel.receive(3)), ['1', '2', '3'])
      },
    },
    {
      behaviour: 'A missed deadline brings the message again and then those after it',
      source: ORDERING,
      async run(service) {
        const channel = await Channel.open(service, ORDERED)
        await channel.publish(['1', '2'], { key: 'a' })
        const [one] = await channel.receive(2)
        assert(one)
        await channel.extend(1, one)
        assert.deepEqual(texts(await channel.receive(2)), ['1', '2'])
      },
    },
    {
      behaviour: 'Without ordering, an outstanding message does not hold up the next of its key',
      source: 'google.pubsub.v1 Subscription.enable_message_ordering',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1', '2'], { key: 'a' })
        const first = await channel.receiveOne()
        const second = await channel.receiveOne()
        assert.deepEqual(texts([first, second]).sort(), ['1', '2'])
        assert.equal(second.message.orderingKey, 'a')
      },
    },
  ],
}
