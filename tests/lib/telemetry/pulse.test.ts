import { afterEach, expect, jest, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { createLogger } from '../../../lib/log/logger.ts'
import { connectRedis } from '../../../lib/redis/connect.ts'
import { createPointStore, type PointStore } from '../../../lib/redis/points.ts'
import { POINT_MILLISECONDS, Pulse } from '../../../lib/telemetry/pulse.ts'
import { Tally } from '../../../lib/telemetry/tally.ts'
import { until } from '../../support/until.ts'

const BEGIN = Date.UTC(2026, 10, 22, 12, 0, 0)
const log = createLogger('ingest', 'warn', { write: () => undefined })
const ends = (...counts: number[]) => counts.map(count => new Date(BEGIN + count * POINT_MILLISECONDS))

const redises: Redis[] = []
afterEach(() => {
  jest.useRealTimers()
  for (const redis of redises.splice(0)) redis.disconnect()
})

/** Points of its own in the test run's Redis. */
async function ownPoints(): Promise<{ points: PointStore; redis: Redis }> {
  const redis = new Redis(process.env['REDIS_URL'] ?? '', { keyPrefix: `pulse-${process.hrtime.bigint()}:` })
  redises.push(redis)
  await redis.ping()
  return { points: createPointStore(redis), redis }
}

/** A store that only remembers what it was told, and when timers go off as the test says. */
function tellsOf(functionName: string, tally: Tally) {
  jest.useFakeTimers({ now: BEGIN + 100, doNotFake: ['nextTick', 'setImmediate', 'performance'] })
  const told: [number, Record<string, number>][] = []
  const points = {
    add: async (at: Date, grown: ReadonlyMap<string, number>) => {
      told.push([at.getTime() - BEGIN, Object.fromEntries(grown)])
    },
    read: async () => [],
  }
  const clock = { offset: 0 }
  const now = () => new Date(Date.now() + clock.offset)
  return { told, clock, pulse: new Pulse({ functionName, tally, points, now }) }
}

test('what several instances of several functions did in a moment adds up', async () => {
  const { points } = await ownPoints()
  const [at = new Date(), later = new Date()] = ends(1, 2)
  const tell = async (functionName: string, end: Date, accepted: number) => {
    const tally = new Tally()
    const now = () => new Date(end.getTime() - 1)
    const pulse = new Pulse({ functionName, tally, points, now })
    tally.counter('settle.transactions.accepted', {}).add(accepted)
    tally.histogram('settle.transaction.duration', {}).record(0.002)
    await pulse.end()
  }
  await Promise.all([
    tell('ingest', at, 3),
    tell('ingest', at, 4),
    tell('accounts', at, 1),
    tell('ingest', later, 5),
  ])
  expect(await points.read(ends(0, 1, 2, 3))).toEqual([
    { at, fields: { accepted: '8', 'latency:1': '3', 'instance:ingest': '2', 'instance:accounts': '1' } },
    { at: later, fields: { accepted: '5', 'latency:1': '1', 'instance:ingest': '1' } },
  ])
})

test('a point goes by itself, after the minutes that the console shows', async () => {
  const { points, redis } = await ownPoints()
  const [at = new Date()] = ends(1)
  await points.add(at, new Map([['accepted', 1]]))
  const seconds = await redis.ttl(`point:${at.getTime()}`)
  expect(seconds).toBeGreaterThan(300)
  expect(seconds).toBeLessThanOrEqual(360)
})

test('tells of each moment what was done in it alone, and that it is there when it did nothing', async () => {
  const tally = new Tally()
  const accepted = tally.counter('settle.transactions.accepted', {})
  accepted.add(2)
  const { told, pulse } = tellsOf('ingest', tally)
  jest.advanceTimersByTime(POINT_MILLISECONDS)
  accepted.add(3)
  jest.advanceTimersByTime(POINT_MILLISECONDS)
  jest.advanceTimersByTime(POINT_MILLISECONDS)
  accepted.add(1)
  await pulse.end()
  jest.advanceTimersByTime(10 * POINT_MILLISECONDS)
  expect(told).toEqual([
    [2000, { 'instance:ingest': 1, accepted: 2 }],
    [4000, { 'instance:ingest': 1, accepted: 3 }],
    [6000, { 'instance:ingest': 1 }],
    [8000, { 'instance:ingest': 1, accepted: 1 }],
  ])
})

test('tells of a moment once, though its timer goes off a little early', async () => {
  const { told, clock, pulse } = tellsOf('ingest', new Tally())
  // From here on the clock is behind the timers.
  clock.offset = -3
  for (let moment = 0; moment < 4; moment += 1) jest.advanceTimersByTime(POINT_MILLISECONDS)
  await pulse.end()
  const moments = told.map(([at]) => at)
  expect(moments.length).toBeGreaterThan(3)
  expect(new Set(moments).size).toBe(moments.length)
  expect(moments).toEqual(moments.map((_, index) => (index + 1) * POINT_MILLISECONDS))
})

test('goes on after it was held up, with the moment that it is then', async () => {
  const tally = new Tally()
  const { told, clock, pulse } = tellsOf('ingest', tally)
  tally.counter('settle.transactions.accepted', {}).add(7)
  // The timer of the first moment goes off in the fourth.
  clock.offset = 3 * POINT_MILLISECONDS
  jest.advanceTimersByTime(POINT_MILLISECONDS)
  await pulse.end()
  expect(told.map(([at]) => at)).toEqual([2000, 10_000])
  expect(told[0]?.[1]).toMatchObject({ accepted: 7 })
})

test('with the cache away nothing is thrown, and the process has nothing to wait for', async () => {
  const redis = connectRedis(
    {
      redisUrl: 'redis://127.0.0.1:1',
      redisKeyPrefix: 'nobody:',
      redisCommandMilliseconds: 50,
    },
    log,
  )
  redises.push(redis)
  let failed = 0
  const points = createPointStore(redis)
  const watched: PointStore = {
    ...points,
    add: async (at, grown) => {
      await points.add(at, grown).catch(error => {
        failed += 1
        throw error
      })
    },
  }
  const now = () => new Date(BEGIN + POINT_MILLISECONDS - 1)
  const pulse = new Pulse({ functionName: 'ingest', tally: new Tally(), points: watched, now })
  await until('it has tried to tell', () => failed > 0)
  await expect(pulse.end()).resolves.toBeUndefined()
})
