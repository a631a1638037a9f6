import { status } from '@grpc/grpc-js'
import { afterEach, expect, test } from '@jest/globals'
import { FakeClock } from './support/fake-clock.ts'
import { closeAll, startFixture } from './support/fixture.ts'
import { messagesOf, pulling } from './support/pulling.ts'

afterEach(closeAll)

const { INVALID_ARGUMENT } = status
const INVALID = 'PERMANENT_FAILURE_INVALID_ACK_ID'
const UNORDERED = 'TRANSIENT_FAILURE_UNORDERED_ACK_ID'
const NO_RETRY = { retry: { retryCodes: [] } } as object

async function onceFixture(settings: object = {}) {
  const clock = new FakeClock()
  const fixture = await startFixture({ clock })
  const [topic] = await fixture.client.createTopic('results')
  const [worker] = await topic.createSubscription('worker', {
    enableExactlyOnceDelivery: true,
    ...settings,
  })
  const backlog = async () => (await fixture.status('worker')).backlog
  return { ...fixture, ...pulling(fixture, 'worker'), clock, worker, backlog }
}

/** What a refused call says of each ack id. */
async function refusals(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    error => error,
  )
  const { code, reason, domain, errorInfoMetadata } = error
  expect({ code, reason, domain }).toEqual({
    code: INVALID_ARGUMENT,
    reason: 'EXACTLY_ONCE_ACKID_FAILURE',
    domain: 'pubsub.googleapis.com',
  })
  return errorInfoMetadata
}

test("the client's acknowledgement is a success once and invalid after the deadline", async () => {
  const { client, clock, publish, backlog } = await onceFixture()
  const next = messagesOf(client.subscription('worker'))
  await publish('results', ['1'])
  const late = await next()
  // The client holds a message for 60 s at least when delivery is exactly once.
  clock.advance(60_000)
  const again = await next()
  expect([late.id, late.ackId === again.ackId]).toEqual([again.id, false])
  await expect(late.ackWithResponse()).rejects.toMatchObject({ errorCode: 'INVALID' })
  expect(await backlog()).toBe(1)
  expect(await again.ackWithResponse()).toBe('SUCCESS')
  expect(await backlog()).toBe(0)
})

test.each([
  ['acknowledging', 'acknowledge'],
  ['extending', 'extend'],
  ['nacking', 'nack'],
] as const)('%s an expired or malformed ack id is refused, each id by itself', async (_, how) => {
  const { clock, publish, pull, acknowledge, modifyDeadline, status: statusOf } = await onceFixture()
  const settle = {
    acknowledge,
    extend: (...ackIds: string[]) => modifyDeadline(30, ...ackIds),
    nack: (...ackIds: string[]) => modifyDeadline(0, ...ackIds),
  }[how]
  await publish('results', ['1', '2'])
  const [expired] = await pull(1)
  clock.advance(10_000)
  const [second] = await pull(1)
  const ids = [expired?.ackId ?? '', second?.ackId ?? '', 'rubbish']
  expect(await refusals(settle(...ids))).toEqual({ [ids[0] ?? '']: INVALID, rubbish: INVALID })
  // The valid one of the same request counted.
  const expected = { acknowledge: [1, 0], extend: [2, 1], nack: [2, 0] }[how]
  const { backlog, inFlight } = await statusOf('worker')
  expect([backlog, inFlight]).toEqual(expected)
})

test('an acknowledged message never comes again, and a second acknowledgement is refused', async () => {
  const { clock, publish, pull, acknowledge, backlog } = await onceFixture()
  await publish('results', ['1'])
  const [leased] = await pull()
  const ackId = leased?.ackId ?? ''
  await acknowledge(ackId)
  expect(await refusals(acknowledge(ackId))).toEqual({ [ackId]: INVALID })
  clock.advance(600_000)
  expect([await pull(), await backlog()]).toEqual([[], 0])
})

test('an acknowledgement ahead of its predecessor is refused for now, and counts after it', async () => {
  const { publish, pull, acknowledge, backlog } = await onceFixture({ enableMessageOrdering: true })
  await publish('results', ['1', '2', '3'], 'a')
  const [one = '', two = '', three = ''] = (await pull()).map(({ ackId }) => ackId)
  expect(await refusals(acknowledge(two, three))).toEqual({ [two]: UNORDERED, [three]: UNORDERED })
  expect(await backlog()).toBe(3)
  // In one request any order will do.
  await acknowledge(two, one)
  expect(await backlog()).toBe(1)
  await acknowledge(three)
  expect(await backlog()).toBe(0)
})

test('a nack in an ordered key brings no acknowledged message again', async () => {
  const { publish, pull, texts, acknowledge, modifyDeadline } = await onceFixture({
    enableMessageOrdering: true,
  })
  await publish('results', ['1', '2', '3'], 'a')
  const [one = '', two = '', three = ''] = (await pull()).map(({ ackId }) => ackId)
  await acknowledge(one)
  await modifyDeadline(0, two)
  // Its successor is withdrawn with it.
  expect(await refusals(acknowledge(three))).toEqual({ [three]: INVALID })
  expect(await texts()).toEqual(['2', '3'])
})

test('the client takes an acknowledgement ahead of its predecessor for one to be tried again', async () => {
  const { client, publish, backlog } = await onceFixture({ enableMessageOrdering: true })
  const subscription = client.subscription('worker', { batching: { maxMessages: 1 } })
  const refused = new Promise(resolve => subscription.on('debug', resolve))
  const next = messagesOf(subscription)
  await publish('results', ['1', '2'], 'a')
  const [first, second] = [await next(), await next()]
  const acknowledged = second.ackWithResponse()
  await refused
  expect(await first.ackWithResponse()).toBe('SUCCESS')
  expect(await acknowledged).toBe('SUCCESS')
  expect(await backlog()).toBe(0)
})

test('a stream confirms what it was sent, and tells which ids are invalid or out of order', async () => {
  const { subscriber, subscription, publish, clock } = await onceFixture({ enableMessageOrdering: true })
  await publish('results', ['1', '2'], 'a')
  await publish('results', ['3'], 'b')
  const stream = subscriber.streamingPull(NO_RETRY)
  stream.on('error', () => {})
  const responses = stream[Symbol.asyncIterator]()
  const next = async () => (await responses.next()).value
  stream.write({ subscription, streamAckDeadlineSeconds: 10 })
  const delivered = await next()
  expect(delivered.subscriptionProperties).toEqual({
    exactlyOnceDeliveryEnabled: true,
    messageOrderingEnabled: true,
  })
  const [one, two, three] = delivered.receivedMessages.map(({ ackId }: { ackId: string }) => ackId)
  stream.write({ ackIds: [two, three, 'rubbish'] })
  expect((await next()).acknowledgeConfirmation).toMatchObject({
    ackIds: [three],
    invalidAckIds: ['rubbish'],
    unorderedAckIds: [two],
  })
  stream.write({ modifyDeadlineAckIds: [one, three], modifyDeadlineSeconds: [20, 20] })
  expect((await next()).modifyAckDeadlineConfirmation).toMatchObject({
    ackIds: [one],
    invalidAckIds: [three],
  })
  // The deadline of the stream has passed for the second message, not for the first.
  clock.advance(10_000)
  stream.write({ ackIds: [one, two] })
  expect((await next()).acknowledgeConfirmation).toMatchObject({ ackIds: [one], invalidAckIds: [two] })
  stream.destroy()
})

test('thousands of refused ack ids are answered like one', async () => {
  const { acknowledge } = await onceFixture()
  const ids = Array.from({ length: 3_000 }, (_, index) => `0123456789abcdef-${index.toString(36)}`)
  const told = await refusals(acknowledge(...ids))
  expect(Object.keys(told).length).toBeGreaterThan(500)
  expect(new Set(Object.values(told))).toEqual(new Set([INVALID]))
})

test('without it an expired ack id is no fault, and switching it on makes it one', async () => {
  const { client, clock, publish, pull, acknowledge, backlog } = await onceFixture({
    enableExactlyOnceDelivery: false,
  })
  await publish('results', ['1'])
  const [leased] = await pull()
  const ackId = leased?.ackId ?? ''
  clock.advance(10_000)
  await acknowledge(ackId)
  expect(await backlog()).toBe(1)
  await client.subscription('worker').setMetadata({ enableExactlyOnceDelivery: true })
  expect(await refusals(acknowledge(ackId))).toEqual({ [ackId]: INVALID })
})

test('exactly-once delivery and push exclude each other', async () => {
  const { client, worker } = await onceFixture()
  const pushConfig = { pushEndpoint: 'http://127.0.0.1:9/' }
  await expect(worker.modifyPushConfig(pushConfig)).rejects.toMatchObject({ code: INVALID_ARGUMENT })
  await expect(worker.setMetadata({ pushConfig })).rejects.toMatchObject({ code: INVALID_ARGUMENT })
  const [pusher] = await client.topic('results').createSubscription('pusher', { pushConfig })
  const update = pusher.setMetadata({ enableExactlyOnceDelivery: true })
  await expect(update).rejects.toMatchObject({ code: INVALID_ARGUMENT })
})
