import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import { page, type Theme } from '../support/case.ts'
import { Channel, texts } from '../support/channel.ts'
import { expectRefusal } from '../support/refusal.ts'

export const publish: Theme = {
  title: 'Publishing',
  cases: [
    {
      behaviour: 'Publishing answers one id a message, in order, each different',
      source: 'google.pubsub.v1 PublishResponse.message_ids',
      async run(service) {
        const channel = await Channel.open(service)
        const ids = await channel.publish(['a', 'b', 'c'])
        assert.equal(new Set(ids).size, 3)
        const received = await channel.receive(3)
        const byText = new Map(received.map(({ text, message }) => [text, message.messageId]))
        assert.deepEqual(
          ids,
          ['a', 'b', 'c'].map(text => byText.get(text)),
        )
      },
    },
    {
      behaviour: 'A message arrives with its data, attributes and ordering key, byte for byte',
      source: 'google.pubsub.v1 PubsubMessage',
      async run(service) {
        const channel = await Channel.open(service)
        const data = Buffer.from([0, 255, 10, 13, 128])
        const attributes = { plain: 'a', 'with space': '', umlaut: 'Zürich ✓' }
        const messages = [{ data, attributes, orderingKey: 'key/1' }]
        await service.publisher.publish({ topic: channel.topic, messages })
        const { message } = await channel.receiveOne()
        assert.deepEqual([...Buffer.from(message.data ?? '')], [...data])
        assert.deepEqual({ ...message.attributes }, attributes)
        assert.equal(message.orderingKey, 'key/1')
      },
    },
    {
      behaviour: 'The publish time is the time of the server',
      source: 'google.pubsub.v1 PubsubMessage.publish_time',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        const { message } = await channel.receiveOne()
        const seconds = Number(message.publishTime?.seconds)
        assert(Math.abs(seconds - Date.now() / 1_000) < 60, `published at ${seconds}`)
      },
    },
    {
      behaviour: 'A message may have attributes and no data',
      source: 'google.pubsub.v1 PubsubMessage.data',
      async run(service) {
        const channel = await Channel.open(service)
        const messages = [{ attributes: { kind: 'ring' } }]
        await service.publisher.publish({ topic: channel.topic, messages })
        const { text, message } = await channel.receiveOne()
        assert.deepEqual([text, message.attributes?.['kind']], ['', 'ring'])
      },
    },
    {
      behaviour: 'A message with neither data nor attributes is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 PubsubMessage.data',
      async run(service) {
        const { topic } = await Channel.open(service)
        const messages = [{ orderingKey: 'a' }]
        await expectRefusal(status.INVALID_ARGUMENT, service.publisher.publish({ topic, messages }))
      },
    },
    {
      behaviour: 'A publish request with messages of two ordering keys is FAILED_PRECONDITION',
      // The documentation of PubsubMessage.ordering_key forbids it; the issue quotes what the service answers.
      source: 'github.com/yoshidan/google-cloud-rust/issues/226',
      async run(service) {
        const { topic } = await Channel.open(service)
        const messages = ['a', 'b'].map(orderingKey => ({ data: Buffer.from('1'), orderingKey }))
        await expectRefusal(status.FAILED_PRECONDITION, service.publisher.publish({ topic, messages }))
      },
    },
    {
      behaviour: 'A refused publish request publishes none of its messages',
      source: 'google.pubsub.v1 Publisher.Publish',
      async run(service) {
        const channel = await Channel.open(service)
        const messages = [{ data: Buffer.from('good') }, {}]
        const call = service.publisher.publish({ topic: channel.topic, messages })
        await expectRefusal(status.INVALID_ARGUMENT, call)
        await channel.receiveNothing()
      },
    },
    {
      behaviour: "Google's client publishes, in batches, and tells each caller its own id",
      source: page('batch-messaging'),
      async run(service) {
        const channel = await Channel.open(service)
        const topic = service.client.topic(channel.topic, {
          batching: { maxMessages: 4, maxMilliseconds: 20 },
        })
        const sent = ['1', '2', '3', '4', '5', '6']
        const ids = await Promise.all(sent.map(text => topic.publishMessage({ data: Buffer.from(text) })))
        const received = await channel.receive(6)
        assert.deepEqual(texts(received).sort(), sent)
        const idOf = new Map(received.map(({ text, message }) => [text, message.messageId]))
        assert.deepEqual(
          ids,
          sent.map(text => idOf.get(text)),
        )
      },
    },
  ],
}
