import assert from 'node:assert/strict'
import { page, type Theme } from '../support/case.ts'
import { Channel, texts, toReceived } from '../support/channel.ts'
import { quiet } from '../support/quiet.ts'
import { expectAllInvalid } from '../support/refusal.ts'

export const pull: Theme = {
  title: 'Pull',
  cases: [
    {
      behaviour: 'A pull answers no more messages than it asks for',
      source: 'google.pubsub.v1 PullRequest.max_messages',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1', '2', '3'])
        const [first] = await service.subscriber.pull({ subscription: channel.subscription, maxMessages: 2 })
        const count = first.receivedMessages?.length ?? 0
        assert(count >= 1 && count <= 2, `${count} messages came`)
        assert.equal((await channel.receive(3 - count)).length, 3 - count)
      },
    },
    {
      behaviour: 'A pull for no messages, or fewer, is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 PullRequest.max_messages',
      async run(service) {
        const { subscription } = await Channel.open(service)
        const pullSome = (maxMessages: number) =>
          service.subscriber.pull({ subscription, maxMessages, returnImmediately: true })
        await expectAllInvalid({ none: pullSome(0), negative: pullSome(-1) })
      },
    },
    {
      behaviour: 'A pull waits for a message that is published later',
      source: 'google.pubsub.v1 PullRequest.return_immediately',
      async run(service) {
        const channel = await Channel.open(service)
        const { subscription } = channel
        const pulling = service.subscriber.pull({ subscription, maxMessages: 1 })
        // So that there is nothing when the pull arrives.
        await quiet(300)
        await channel.publish(['late'])
        const [{ receivedMessages }] = await pulling
        assert.deepEqual(texts((receivedMessages ?? []).map(toReceived)), ['late'])
      },
    },
    {
      behaviour: 'A pull that is to return immediately does, with nothing',
      source: 'google.pubsub.v1 PullRequest.return_immediately',
      async run(service) {
        const { subscription } = await Channel.open(service)
        const begin = Date.now()
        const request = { subscription, maxMessages: 1, returnImmediately: true }
        const [{ receivedMessages }] = await service.subscriber.pull(request)
        assert.deepEqual(receivedMessages ?? [], [])
        assert(Date.now() - begin < 5_000, `it took ${Date.now() - begin} ms`)
      },
    },
    {
      behaviour: 'A message that is outstanding does not come again before its deadline',
      source: 'google.pubsub.v1 Subscription.ack_deadline_seconds',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        await channel.receive(1)
        await channel.receiveNothing()
      },
    },
    {
      behaviour: 'Two subscribers of one subscription share its messages',
      source: page('subscriber'),
      async run(service) {
        const channel = await Channel.open(service)
        const sent = ['1', '2', '3', '4']
        await channel.publish(sent)
        const shares = await Promise.all([channel.receive(2), channel.receive(2)])
        assert.deepEqual(texts(shares.flat()).sort(), sent)
      },
    },
    {
      behaviour: 'Without a dead-letter policy no delivery attempts are told',
      source: 'google.pubsub.v1 ReceivedMessage.delivery_attempt',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        const first = await channel.receiveOne()
        await channel.nack(first)
        const second = await channel.receiveOne()
        assert.deepEqual([first.deliveryAttempt, second.deliveryAttempt], [0, 0])
      },
    },
  ],
}
