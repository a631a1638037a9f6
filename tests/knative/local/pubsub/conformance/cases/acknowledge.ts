import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import { page, type Theme } from '../support/case.ts'
import { Channel, texts } from '../support/channel.ts'
import { expectAllInvalid, expectRefusal } from '../support/refusal.ts'

export const acknowledge: Theme = {
  title: 'Acknowledging',
  cases: [
    {
      behaviour: 'An acknowledged message does not come again when its deadline would have passed',
      source: 'google.pubsub.v1 Subscriber.Acknowledge',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        const received = await channel.receiveOne()
        await channel.extend(1, received)
        await channel.ack(received)
        await channel.receiveNothing(2_000)
      },
    },
    {
      behaviour: 'One request acknowledges several messages, and the others stay',
      source: 'google.pubsub.v1 AcknowledgeRequest.ack_ids',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1', '2', '3'])
        const received = await channel.receive(3)
        const left = received.filter(({ text }) => text === '2')
        await channel.ack(...received.filter(({ text }) => text !== '2'))
        await channel.nack(...left)
        assert.equal((await channel.receiveOne()).text, '2')
        await channel.receiveNothing()
      },
    },
    {
      behaviour: 'Acknowledging twice is no error',
      source: 'google.pubsub.v1 Subscriber.Acknowledge',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        const received = await channel.receiveOne()
        await channel.ack(received)
        await channel.ack(received)
      },
    },
    {
      behaviour: 'Acknowledging after the deadline, or extending it, is no error',
      source: 'google.pubsub.v1 Subscriber.Acknowledge',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        const first = await channel.receiveOne()
        await channel.extend(1, first)
        // It has come again, so the first deadline has passed.
        await channel.receive(1)
        await channel.extend(10, first)
        await channel.ack(first)
      },
    },
    {
      behaviour: 'A message comes again when its deadline has passed, with the same id',
      source: 'google.pubsub.v1 Subscription.ack_deadline_seconds',
      async run(service) {
        const channel = await Channel.open(service)
        const [id] = await channel.publish(['1'])
        await channel.extend(1, await channel.receiveOne())
        const begin = Date.now()
        const again = await channel.receiveOne()
        assert.equal(again.message.messageId, id)
        assert(Date.now() - begin > 500, `it came again after ${Date.now() - begin} ms`)
      },
    },
    {
      behaviour: 'A deadline of zero makes the message available at once',
      source: 'google.pubsub.v1 ModifyAckDeadlineRequest.ack_deadline_seconds',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        await channel.nack(await channel.receiveOne())
        assert.equal((await channel.receiveOne()).text, '1')
      },
    },
    {
      behaviour: 'An extended deadline counts from the call, and replaces the one before',
      source: 'google.pubsub.v1 ModifyAckDeadlineRequest.ack_deadline_seconds',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        const received = await channel.receiveOne()
        await channel.extend(1, received)
        await channel.extend(30, received)
        await channel.receiveNothing(2_000)
      },
    },
    {
      behaviour: 'A new deadline below 0 or above 600 s is INVALID_ARGUMENT, and changes nothing',
      source: 'google.pubsub.v1 ModifyAckDeadlineRequest.ack_deadline_seconds',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        const received = await channel.receiveOne()
        await expectAllInvalid({
          negative: channel.extend(-1, received),
          long: channel.extend(601, received),
        })
        assert.deepEqual(texts(await channel.pullNow()), [])
      },
    },
    {
      behaviour: 'A request without ack ids is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 AcknowledgeRequest.ack_ids',
      async run(service) {
        const channel = await Channel.open(service)
        await expectAllInvalid({ acknowledge: channel.ack(), extend: channel.extend(10) })
      },
    },
    {
      behaviour: 'Acknowledging on a subscription that does not exist is NOT_FOUND',
      source: page('reference/error-codes'),
      async run({ subscriber, newName }) {
        const request = { subscription: newName('subscriptions'), ackIds: ['any'] }
        await expectRefusal(status.NOT_FOUND, subscriber.acknowledge(request))
      },
    },
  ],
}
