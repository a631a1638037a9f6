import { afterEach, expect, test } from '@jest/globals'
import { FakeClock } from './support/fake-clock.ts'
import { closeAll, PROJECT, startFixture, until } from './support/fixture.ts'
import { messagesOf, pulling } from './support/pulling.ts'

afterEach(closeAll)

const SUBSCRIPTION = `projects/${PROJECT}/subscriptions/consumer`

async function pullFixture(options: { ordered?: boolean; clock?: FakeClock; maxMessages?: number } = {}) {
  const { ordered = false, clock, maxMessages = 100 } = options
  const fixture = await startFixture(clock === undefined ? {} : { clock })
  const { client } = fixture
  const [topic] = await client.createTopic('results')
  await topic.createSubscription('consumer', { enableMessageOrdering: ordered })
  const subscription = client.subscription('consumer', {
    flowControl: { maxMessages },
    // One stream, so that the limit of the client is the limit of the stream.
    streamingOptions: { maxStreams: 1 },
  })
  const { pull, acknowledge, modifyDeadline } = pulling(fixture, 'consumer')
  return { ...fixture, topic, subscription, pull, acknowledge, modifyDeadline }
}

test('a published message reaches a subscriber of the real client, and an ack ends it', async () => {
  const { topic, subscription, status } = await pullFixture()
  const next = messagesOf(subscription)
  const messageId = await topic.publishMessage({ data: Buffer.from('hello'), attributes: { kind: 'result' } })
  const message = await next()
  expect([message.id, message.data.toString(), message.attributes]).toEqual([
    messageId,
    'hello',
    { kind: 'result' },
  ])
  expect(Math.abs(message.publishTime.getTime() - Date.now())).toBeLessThan(60_000)
  message.ack()
  await until(async () => (await status('consumer')).backlog === 0)
})

test('a message nacked on a stream comes again', async () => {
  const { publish, subscription, status } = await pullFixture()
  const next = messagesOf(subscription)
  await publish('results', ['again'])
  ;(await next()).nack()
  const message = await next()
  expect(message.data.toString()).toBe('again')
  message.ack()
  await until(async () => (await status('consumer')).backlog === 0)
})

test('a stream holds no more messages than its flow control allows', async () => {
  const { publish, subscription, status } = await pullFixture({ maxMessages: 2 })
  await publish('results', ['1', '2', '3', '4', '5'])
  const next = messagesOf(subscription)
  const first = await next()
  await next()
  expect(await status('consumer')).toMatchObject({ backlog: 5, inFlight: 2 })
  first.ack()
  expect((await next()).data.toString()).toBe('3')
  expect(await status('consumer')).toMatchObject({ backlog: 4, inFlight: 2 })
})

test('a pull waits for a message to be published', async () => {
  const { publish, subscriber } = await pullFixture()
  const pulling = subscriber.pull({ subscription: SUBSCRIPTION, maxMessages: 1 })
  await publish('results', ['late'])
  const [{ receivedMessages }] = await pulling
  expect(receivedMessages?.map(({ message }) => message?.data?.toString())).toEqual(['late'])
})

test('a pull ends empty when nothing comes', async () => {
  const clock = new FakeClock()
  const { subscriber } = await pullFixture({ clock })
  const pulling = subscriber.pull({ subscription: SUBSCRIPTION, maxMessages: 1 })
  await until(async () => clock.pending().length === 1)
  clock.advance(20_000)
  const [{ receivedMessages }] = await pulling
  expect(receivedMessages).toEqual([])
})

test('a pull that waits on a subscription is told when it is deleted', async () => {
  const clock = new FakeClock()
  const { subscriber, subscription } = await pullFixture({ clock })
  const pulling = subscriber.pull({ subscription: SUBSCRIPTION, maxMessages: 1 })
  const failed = expect(pulling).rejects.toMatchObject({ code: 5 })
  await until(async () => clock.pending().length === 1)
  await subscription.delete()
  await failed
})

test('a leased message is invisible until its deadline passes, and an extension counts from the call', async () => {
  const clock = new FakeClock()
  const { publish, pull, acknowledge, modifyDeadline, status } = await pullFixture({ clock })
  await publish('results', ['1'])
  const [first] = await pull()
  expect(await pull()).toEqual([])
  clock.advance(9_000)
  await modifyDeadline(30, first?.ackId ?? '')
  clock.advance(29_999)
  expect(await pull()).toEqual([])
  clock.advance(1)
  const [second] = await pull()
  expect(second?.text).toBe('1')
  // The first ack id has expired; only the second one counts.
  await acknowledge(first?.ackId ?? '')
  expect((await status('consumer')).backlog).toBe(1)
  await acknowledge(second?.ackId ?? '')
  expect((await status('consumer')).backlog).toBe(0)
})

test('an ordered key is pulled one batch at a time', async () => {
  const { publish, pull, acknowledge } = await pullFixture({ ordered: true })
  await publish('results', ['a1', 'a2', 'a3'], 'a')
  await publish('results', ['b1'], 'b')
  const batch = await pull(2)
  expect(batch.map(({ text }) => text)).toEqual(['a1', 'a2'])
  expect((await pull()).map(({ text }) => text)).toEqual(['b1'])
  await acknowledge(batch[0]?.ackId ?? '')
  expect(await pull()).toEqual([])
  await acknowledge(batch[1]?.ackId ?? '')
  expect((await pull()).map(({ text }) => text)).toEqual(['a3'])
})

test('a nack in an ordered batch brings that message and its successors again, acknowledged ones too', async () => {
  const { publish, pull, acknowledge, modifyDeadline, status } = await pullFixture({ ordered: true })
  await publish('results', ['1', '2', '3', '4'], 'a')
  const [one, two, three] = await pull()
  await acknowledge(three?.ackId ?? '')
  await modifyDeadline(0, two?.ackId ?? '')
  // The first is still with the subscriber, so nothing of its key is handed out.
  expect(await pull()).toEqual([])
  await acknowledge(one?.ackId ?? '')
  const again = await pull()
  expect(again.map(({ text }) => text)).toEqual(['2', '3', '4'])
  // What was acknowledged before the nack does not count any more.
  await acknowledge(again[0]?.ackId ?? '')
  expect(await status('consumer')).toMatchObject({ backlog: 2, inFlight: 2 })
  await acknowledge(...again.slice(1).map(({ ackId }) => ackId))
  expect(await status('consumer')).toMatchObject({ backlog: 0, inFlight: 0 })
})

test('a message that the filter leaves out never joins the backlog', async () => {
  const { publisher, topic, subscriber, status } = await pullFixture()
  await topic.createSubscription('filtered', { filter: 'attributes.kind = "ring"' })
  const messages = ['ring', 'hop', 'ring'].map((kind, index) => ({
    data: Buffer.from(`${index}`),
    attributes: { kind },
  }))
  await publisher.publish({ topic: topic.name, messages })
  expect([(await status('filtered')).backlog, (await status('consumer')).backlog]).toEqual([2, 3])
  expect(await pulling({ subscriber }, 'filtered').texts()).toEqual(['0', '2'])
})

test('a subscription keeps its backlog when its topic is deleted', async () => {
  const { publish, pull, topic, subscription } = await pullFixture()
  await publish('results', ['left'])
  await topic.delete()
  expect((await pull()).map(({ text }) => text)).toEqual(['left'])
  const [metadata] = await subscription.getMetadata()
  expect(metadata.topic).toBe('_deleted-topic_')
})

test('a message goes to every subscription of its topic, and to none made later', async () => {
  const { publish, topic, page } = await pullFixture()
  await topic.createSubscription('second')
  await publish('results', ['1'])
  await topic.createSubscription('later')
  const backlogs = Object.entries((await page()).subscriptions).map(([name, { backlog }]) => [name, backlog])
  expect(Object.fromEntries(backlogs)).toEqual({
    [`projects/${PROJECT}/subscriptions/consumer`]: 1,
    [`projects/${PROJECT}/subscriptions/second`]: 1,
    [`projects/${PROJECT}/subscriptions/later`]: 0,
  })
})
