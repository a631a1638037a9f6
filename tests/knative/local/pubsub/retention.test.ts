import { afterEach, expect, test } from '@jest/globals'
import { FakeClock } from './support/fake-clock.ts'
import { closeAll, startEndpoint, startFixture, until } from './support/fixture.ts'
import { pulling } from './support/pulling.ts'

afterEach(closeAll)

const MINUTE = 60_000
const seconds = (count: number) => ({ seconds: count, nanos: 0 })
const TEN_MINUTES = { messageRetentionDuration: seconds(600) }

async function retentionFixture(settings: object = {}) {
  const clock = new FakeClock()
  const fixture = await startFixture({ clock })
  const [topic] = await fixture.client.createTopic('pending')
  const [worker] = await topic.createSubscription('worker', { ...TEN_MINUTES, ...settings })
  const state = async () => {
    const { backlog, inFlight } = await fixture.status('worker')
    return { backlog, inFlight }
  }
  return { ...fixture, ...pulling(fixture, 'worker'), clock, topic, worker, state }
}

test('a message is kept as long as the retention says and not a millisecond longer', async () => {
  const { publish, clock, state, texts } = await retentionFixture()
  await publish('pending', ['1'])
  clock.advance(MINUTE)
  await publish('pending', ['2'])
  clock.advance(9 * MINUTE - 1)
  expect(await state()).toEqual({ backlog: 2, inFlight: 0 })
  clock.advance(1)
  expect(await texts()).toEqual(['2'])
  clock.advance(MINUTE)
  expect(await state()).toEqual({ backlog: 0, inFlight: 0 })
  expect(clock.pending()).toEqual([])
})

test('a message that expires while it is leased is withdrawn, and its ack id is no fault', async () => {
  const { publish, clock, state, pull, modifyDeadline, acknowledge } = await retentionFixture()
  await publish('pending', ['1'])
  clock.advance(9 * MINUTE)
  const [leased] = await pull()
  const ackId = leased?.ackId ?? ''
  await modifyDeadline(600, ackId)
  clock.advance(MINUTE)
  expect(await state()).toEqual({ backlog: 0, inFlight: 0 })
  await acknowledge(ackId)
  await modifyDeadline(0, ackId)
  expect(await pull()).toEqual([])
  expect(clock.pending()).toEqual([])
})

test('a message that expires in flight loses its request, and its key goes on', async () => {
  const endpoint = await startEndpoint()
  const { publish, clock, state } = await retentionFixture({
    pushConfig: { pushEndpoint: endpoint.url },
    enableMessageOrdering: true,
    ackDeadlineSeconds: 600,
  })
  await publish('pending', ['1'], 'a')
  clock.advance(MINUTE)
  await publish('pending', ['2', '3'], 'a')
  // Nacked once, so that its lease began later and its deadline is past its retention.
  ;(await endpoint.next()).answer(500)
  const hanging = await endpoint.next()
  expect([hanging.text, await state()]).toEqual(['1', { backlog: 3, inFlight: 1 }])
  clock.advance(9 * MINUTE)
  await hanging.gone
  for (const expected of ['2', '3']) {
    const push = await endpoint.next()
    expect(push.text).toBe(expected)
    push.answer(200)
  }
  await until(async () => (await state()).backlog === 0)
})

test('a message that expires while it backs off is gone, and its key goes on at once', async () => {
  const endpoint = await startEndpoint()
  const { publish, clock, state } = await retentionFixture({
    pushConfig: { pushEndpoint: endpoint.url },
    enableMessageOrdering: true,
    retryPolicy: { minimumBackoff: seconds(600), maximumBackoff: seconds(600) },
  })
  await publish('pending', ['1'], 'a')
  const first = await endpoint.next()
  clock.advance(1_000)
  first.answer(500)
  await until(async () => (await state()).inFlight === 0)
  clock.advance(MINUTE)
  await publish('pending', ['2'], 'a')
  clock.advance(9 * MINUTE - 1_001)
  expect([await state(), endpoint.arrived()]).toEqual([{ backlog: 2, inFlight: 0 }, []])
  clock.advance(1)
  const next = await endpoint.next()
  expect(next.text).toBe('2')
  next.answer(200)
  await until(async () => (await state()).backlog === 0)
})

test('a message acknowledged behind an expired head does not come again', async () => {
  const { publish, clock, state, pull, acknowledge, modifyDeadline } = await retentionFixture({
    enableMessageOrdering: true,
  })
  await publish('pending', ['1'], 'a')
  clock.advance(MINUTE)
  await publish('pending', ['2', '3'], 'a')
  const [one, two, three] = await pull()
  await modifyDeadline(600, one?.ackId ?? '', three?.ackId ?? '')
  await acknowledge(two?.ackId ?? '')
  expect(await state()).toEqual({ backlog: 3, inFlight: 2 })
  clock.advance(9 * MINUTE)
  expect(await state()).toEqual({ backlog: 1, inFlight: 1 })
  await modifyDeadline(0, three?.ackId ?? '')
  expect((await pull()).map(({ text }) => text)).toEqual(['3'])
})

test('a retention that is shortened counts for what is there, and one that is lengthened too', async () => {
  const { publish, clock, worker, state } = await retentionFixture({
    messageRetentionDuration: seconds(3_600),
  })
  await publish('pending', ['1'])
  clock.advance(20 * MINUTE)
  await publish('pending', ['2'])
  await worker.setMetadata(TEN_MINUTES)
  expect((await state()).backlog).toBe(1)
  await worker.setMetadata({ messageRetentionDuration: seconds(1_200) })
  clock.advance(20 * MINUTE - 1)
  expect((await state()).backlog).toBe(1)
  clock.advance(1)
  expect((await state()).backlog).toBe(0)
})

test('the longer retention of topic and subscription counts, until the topic gives its own up', async () => {
  const { publish, clock, topic, state } = await retentionFixture()
  await topic.setMetadata({ messageRetentionDuration: seconds(1_800) })
  await publish('pending', ['1'])
  clock.advance(30 * MINUTE - 1)
  expect((await state()).backlog).toBe(1)
  await topic.setMetadata({ messageRetentionDuration: null })
  expect((await state()).backlog).toBe(0)
})

test('a topic that is deleted takes its retention with it', async () => {
  const { publish, clock, topic, state } = await retentionFixture()
  await topic.setMetadata({ messageRetentionDuration: seconds(1_800) })
  await publish('pending', ['1'])
  clock.advance(11 * MINUTE)
  await topic.delete()
  expect((await state()).backlog).toBe(0)
})

test('acknowledged messages that are retained end with the retention too', async () => {
  const { publish, clock, worker, pull, acknowledge, texts } = await retentionFixture({
    retainAckedMessages: true,
  })
  const start = clock.now()
  await publish('pending', ['1'])
  clock.advance(MINUTE)
  await publish('pending', ['2'])
  await acknowledge(...(await pull()).map(({ ackId }) => ackId))
  clock.advance(9 * MINUTE)
  await worker.seek(new Date(start))
  expect(await texts()).toEqual(['2'])
})

test('acknowledged messages that are retained no longer are let go at once', async () => {
  const { publish, clock, worker, pull, acknowledge, texts } = await retentionFixture({
    retainAckedMessages: true,
  })
  const start = clock.now()
  await publish('pending', ['1'])
  await acknowledge(...(await pull()).map(({ ackId }) => ackId))
  expect(clock.pending()).toEqual([600_000])
  await worker.setMetadata({ retainAckedMessages: false })
  expect(clock.pending()).toEqual([])
  await worker.seek(new Date(start))
  expect(await texts()).toEqual([])
})
