import { afterEach, expect, test } from '@jest/globals'
import { until } from '../../../support/until.ts'
import { type FixtureOptions, type ServedFixture, serveFixture } from './support/served-fixture.ts'

let served: ServedFixture
afterEach(() => served.close())

async function serveClosed(options: FixtureOptions): Promise<void> {
  served = await serveFixture(options)
  served.gate.isOpen = false
}

/** Sends so many at once; answers how often each status came, when all have been answered. */
async function send(count: number): Promise<Record<number, number>> {
  const statuses = await Promise.all(Array.from({ length: count }, () => served.get()))
  return Object.fromEntries([...Map.groupBy(statuses, status => status)].map(([s, all]) => [s, all.length]))
}

const inFlight = (count: number) => until(`${count} are in flight`, () => served.pool.inFlight === count)

test('never has more than containerConcurrency requests in an instance, and answers them all', async () => {
  await serveClosed({ containerConcurrency: 3 })
  const { gate, pool } = served
  const answers = send(20)
  await inFlight(20)
  // One too many would have come in the course of this, if not at first.
  for (let left = 20; left > 3; left -= 1) {
    await until('three have begun', () => gate.begun.length >= 3)
    gate.begun[0]?.answer()
    await inFlight(left - 1)
  }
  gate.open()
  expect(await answers).toEqual({ 200: 20 })
  expect(gate.mostAtOnce).toBe(3)
  expect(pool.inFlight).toBe(0)
})

test('lets ten times containerConcurrency wait, and answers 503 to the one beyond', async () => {
  await serveClosed({ containerConcurrency: 2 })
  const { gate, get } = served
  const answers = send(22)
  await inFlight(22)
  expect(await get()).toBe(503)
  gate.open()
  expect(await answers).toEqual({ 200: 22 })
  expect(await get()).toBe(200)
})

test('has no limit where containerConcurrency is 0', async () => {
  await serveClosed({ containerConcurrency: 0 })
  const answers = send(30)
  await until('all have begun', () => served.gate.begun.length === 30)
  served.gate.open()
  expect(await answers).toEqual({ 200: 30 })
})

test('begins those that wait in the order they came', async () => {
  await serveClosed({})
  const { gate, get } = served
  const answers = []
  for (const number of [1, 2, 3, 4]) {
    answers.push(get(`/${number}`))
    await inFlight(number)
  }
  for (const number of [1, 2, 3, 4]) {
    await until(`number ${number} has begun`, () => gate.begun[0]?.path === `/${number}`)
    gate.begun[0]?.answer()
  }
  expect(await Promise.all(answers)).toEqual([200, 200, 200, 200])
})

test('gives the place of a caller that leaves to the next, whether it waited or not', async () => {
  await serveClosed({})
  const { gate, get } = served
  const [first, second] = [new AbortController(), new AbortController()]
  const left = [get('/1', first.signal)]
  await inFlight(1)
  left.push(get('/2', second.signal))
  await inFlight(2)
  const third = get('/3')
  await inFlight(3)
  second.abort()
  await inFlight(2)
  first.abort()
  await until('the third has begun', () => gate.begun.some(({ path }) => path === '/3'))
  gate.open()
  expect(await third).toBe(200)
  expect(await Promise.all(left)).toEqual([0, 0])
})

test('answers 504 after timeoutSeconds, to one that has begun and to one that waits, and goes on', async () => {
  await serveClosed({ timeoutSeconds: 0.3 })
  expect(await send(2)).toEqual({ 504: 2 })
  served.gate.open()
  expect(await served.get()).toBe(200)
  expect(served.pool.inFlight).toBe(0)
})
