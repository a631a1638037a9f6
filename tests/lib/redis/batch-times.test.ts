import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { createBatchTimes } from '../../../lib/redis/batch-times.ts'

const redis = new Redis(process.env['REDIS_URL'] ?? '', { keyPrefix: `${randomUUID()}:` })
const batchTimes = createBatchTimes(redis)
const decidedAt = '2026-11-22T12:00:00.123Z'
afterAll(() => redis.disconnect())

test('what is written of a batch at different times comes together, for each of its groups', async () => {
  const keys = [3, 5].map(group => ({ group, decidedAt }))
  await batchTimes.write(keys, { transactions: 120, beganAt: 'a', committedAt: 'b' })
  await Promise.all([
    batchTimes.write(keys, { publishedAt: 'c' }),
    batchTimes.write(keys.slice(0, 1), { cachedAt: 'd' }),
  ])
  const common = { transactions: 120, beganAt: 'a', committedAt: 'b', publishedAt: 'c' }
  expect(await batchTimes.read({ group: 3, decidedAt })).toEqual({ ...common, cachedAt: 'd' })
  expect(await batchTimes.read({ group: 5, decidedAt })).toEqual(common)
})

test('knows nothing of a batch that nobody wrote of, nor of the next one of the group', async () => {
  await batchTimes.write([{ group: 7, decidedAt }], { cachedAt: 'a' })
  expect(await batchTimes.read({ group: 7, decidedAt: '2026-11-22T12:00:00.124Z' })).toEqual({})
  expect(await batchTimes.read({ group: 8, decidedAt })).toEqual({})
})

test('writes nothing where there is nothing to write', async () => {
  await batchTimes.write([], { cachedAt: 'a' })
  await batchTimes.write([{ group: 9, decidedAt }], {})
  expect(await redis.exists(`batch:9:${decidedAt}`)).toBe(0)
})

test('keeps it for a day from what was written last', async () => {
  const key = { group: 11, decidedAt }
  await batchTimes.write([key], { beganAt: 'a' })
  await redis.expire(`batch:11:${decidedAt}`, 10)
  await batchTimes.write([key], { publishedAt: 'b' })
  const seconds = await redis.ttl(`batch:11:${decidedAt}`)
  expect(seconds).toBeGreaterThan(86_000)
  expect(seconds).toBeLessThanOrEqual(86_400)
})
