import { afterEach, expect, test } from '@jest/globals'
import { PushBackoff, pauseMs } from '../../../../knative/local/pubsub/push-backoff.ts'
import { FakeClock } from './support/fake-clock.ts'
import { closeAll, startEndpoint, startFixture, until } from './support/fixture.ts'

afterEach(closeAll)

// docs.cloud.google.com/pubsub/docs/push: about 500 ms at one nack a second, 30 to 60 s at five.
test('one failure pauses for about 500 ms, and five for 30 to 60 s', () => {
  expect(pauseMs(1)).toBe(500)
  expect(pauseMs(5)).toBeGreaterThanOrEqual(30_000)
  expect(pauseMs(5)).toBeLessThanOrEqual(60_000)
})

test('the pause grows with each failure and is never less than 100 ms or more than 60 s', () => {
  const pauses = Array.from({ length: 20 }, (_, index) => pauseMs(index + 1))
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
  expect(new Set(pauses.slice(0, 5)).size).toBe(5)
  expect([Math.min(...pauses) >= 100, Math.max(...pauses)]).toEqual([true, 60_000])
})

function backoffAt(clock: FakeClock) {
  let resumed = 0
  const backoff = new PushBackoff(clock, () => {
    resumed += 1
  })
  return { backoff, resumed: () => resumed }
}

test('a failure among acknowledgements pauses for the shortest time each time', () => {
  const clock = new FakeClock()
  const { backoff, resumed } = backoffAt(clock)
  // The documented example: five messages a second, one of them nacked.
  for (let count = 1; count <= 10; count += 1) {
    for (let acks = 0; acks < 4; acks += 1) backoff.recordAck()
    backoff.recordFailure()
    expect(backoff.pausedForMs).toBe(500)
    clock.advance(500)
    expect([backoff.pausedForMs, resumed()]).toEqual([0, count])
  }
})

test('an endpoint that only fails is asked less and less often', () => {
  const clock = new FakeClock()
  const { backoff } = backoffAt(clock)
  const pauses: number[] = []
  for (let count = 0; count < 7; count += 1) {
    backoff.recordFailure()
    pauses.push(backoff.pausedForMs)
    clock.advance(backoff.pausedForMs + 5_000)
  }
  expect(pauses).toEqual([500, 1_500, 4_500, 13_500, 40_500, 60_000, 60_000])
})

test('however long an endpoint was down, a few acknowledgements make it good', () => {
  const clock = new FakeClock()
  const { backoff } = backoffAt(clock)
  for (let count = 0; count < 1_000; count += 1) backoff.recordFailure()
  clock.advance(60_000)
  for (let count = 0; count < 6; count += 1) backoff.recordAck()
  backoff.recordFailure()
  expect(backoff.pausedForMs).toBe(500)
})

test('a failure during a long pause does not shorten it', () => {
  const clock = new FakeClock()
  const { backoff } = backoffAt(clock)
  for (let count = 0; count < 6; count += 1) backoff.recordFailure()
  expect(backoff.pausedForMs).toBe(60_000)
  clock.advance(10_000)
  backoff.recordFailure()
  expect(backoff.pausedForMs).toBeGreaterThanOrEqual(50_000)
})

test('a timer that rings too early does not leave the subscription stopped', () => {
  const clock = new FakeClock()
  const { backoff, resumed } = backoffAt(clock)
  backoff.recordFailure()
  clock.ringEarly()
  expect([resumed(), clock.pending()]).toEqual([0, [500]])
  clock.advance(500)
  expect([resumed(), clock.pending()]).toEqual([1, []])
})

async function downFixture(options: object = {}) {
  const clock = new FakeClock()
  const fixture = await startFixture({ clock, pushBackoff: true, ...options })
  const endpoint = await startEndpoint()
  const [topic] = await fixture.client.createTopic('pending')
  const [worker] = await topic.createSubscription('worker', {
    pushConfig: { pushEndpoint: endpoint.url },
    ackDeadlineSeconds: 600,
  })
  const paused = () =>
    until(async () => {
      const { inFlight, pushPausedForSeconds } = await fixture.status('worker')
      return inFlight === 0 && pushPausedForSeconds !== 0
    })
  return { ...fixture, clock, endpoint, topic, worker, paused }
}

test('a nack stops the whole subscription, which goes on by itself after the pause', async () => {
  const { publish, endpoint, status, clock, paused } = await downFixture()
  await publish('pending', ['1'])
  ;(await endpoint.next()).answer(500)
  await paused()
  await publish('pending', ['2'])
  expect(await status('worker')).toMatchObject({ backlog: 2, inFlight: 0, pushPausedForSeconds: 0.5 })
  clock.advance(499)
  expect(await status('worker')).toMatchObject({ backlog: 2, inFlight: 0, pushPausedForSeconds: 0.001 })
  expect(endpoint.arrived()).toEqual([])
  clock.advance(1)
  const pushes = await endpoint.take(2)
  expect(pushes.map(({ text }) => text).sort()).toEqual(['1', '2'])
  expect((await status('worker')).pushPausedForSeconds).toBe(0)
  for (const push of pushes) push.answer(200)
  await until(async () => (await status('worker')).backlog === 0)
})

test('five nacks stop it for 30 to 60 s, and another subscription not at all', async () => {
  const { publish, endpoint, status, clock, topic, paused } = await downFixture()
  const other = await startEndpoint()
  await topic.createSubscription('other', { pushConfig: { pushEndpoint: other.url } })
  await publish('pending', ['1', '2', '3', '4', '5'])
  for (const push of await endpoint.take(5)) push.answer(500)
  await paused()
  const { pushPausedForSeconds } = await status('worker')
  expect(pushPausedForSeconds).toBeGreaterThanOrEqual(30)
  expect(pushPausedForSeconds).toBeLessThanOrEqual(60)
  await other.take(5)
  expect((await status('other')).pushPausedForSeconds).toBe(0)
  clock.advance(60_000)
  await endpoint.take(5)
})

test('a missed ack deadline counts like a nack', async () => {
  const { publish, endpoint, status, clock } = await downFixture()
  await publish('pending', ['1'])
  const hanging = await endpoint.next()
  clock.advance(600_000)
  await hanging.gone
  expect(await status('worker')).toMatchObject({ inFlight: 0, pushPausedForSeconds: 0.5 })
})

test('the end of a subscription, of its pushing or of the emulator leaves no pause behind', async () => {
  const { publish, endpoint, worker, clock, paused, status } = await downFixture()
  await publish('pending', ['1', '2'])
  const [first, second] = await endpoint.take(2)
  first?.answer(500)
  await until(async () => (await status('worker')).inFlight === 1)
  await worker.modifyPushConfig({})
  second?.answer(500)
  await until(async () => (await status('worker')).inFlight === 0)
  // Only the retention is left, although the second nack came after the end of the pushing.
  expect(clock.pending()).toEqual([604_800_000])
  await worker.modifyPushConfig({ pushEndpoint: endpoint.url })
  for (const push of await endpoint.take(2)) push.answer(500)
  await paused()
  await worker.delete()
  expect(clock.pending()).toEqual([])
})

test('switched off, a nack brings the message again at once, and the page says that it is off', async () => {
  const { publish, endpoint, status, page, pubsub } = await downFixture({ pushBackoff: false })
  await publish('pending', ['1'])
  for (let count = 0; count < 10; count += 1) (await endpoint.next()).answer(500)
  await endpoint.next()
  expect((await status('worker')).pushPausedForSeconds).toBe(0)
  expect((await page()).switchedOff).toContain('push back-off')
  expect(pubsub.switchedOff).toContain('push back-off')
})

test('switched on, the page says nothing of it', async () => {
  const { page } = await downFixture({ pushSlowStart: true })
  expect((await page()).switchedOff).toEqual([])
})
