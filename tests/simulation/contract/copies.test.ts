import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { type Cache, createCache } from '../../../lib/redis/cache.ts'
import { withLock } from '../../../lib/redis/with-lock.ts'
import type { BalanceView } from '../../../lib/views/balance-view.ts'
import { until } from '../../support/until.ts'
import { SimulatedRedis } from '../redis.ts'
import { World } from '../world.ts'
import { pump } from './both-databases.ts'

type Store = {
  readonly redis: Redis
  readonly cache: Cache
  run<T>(work: Promise<T>): Promise<T>
  close(): void
}

function openReal(): Store {
  const redis = new Redis(process.env['REDIS_URL'] ?? '', { keyPrefix: `${randomUUID()}:` })
  return { redis, cache: createCache(redis), run: work => work, close: () => redis.disconnect() }
}

function openSimulated(): Store {
  const world = new World(1)
  const redis = new SimulatedRedis(world).connect()
  return { redis, cache: createCache(redis), run: pump(world), close: () => undefined }
}

const balance = (version: number) => ({ accountId: 'anna', version }) as BalanceView
const transaction = (status: string) => ({
  ...{ transactionId: 't', orderingGroup: 1, json: `{"status":"${status}"}`, time: '', traceparent: null },
  ...({ status } as { status: 'PENDING' }),
})

const BEHAVIOURS: readonly (readonly [string, (store: Store) => Promise<void>])[] = [
  [
    'never lets an older balance replace a newer one',
    async ({ cache, run }) => {
      const read = async () => JSON.parse((await run(cache.readBalance('anna'))) ?? '{}').version
      for (const version of [2, 1]) await run(cache.write([], [balance(version)]))
      expect(await read()).toBe(2)
      await run(cache.write([], [balance(10)]))
      expect(await read()).toBe(10)
    },
  ],
  [
    'lets what is final replace what is PENDING, and never the other way',
    async ({ cache, run }) => {
      const read = () => run(cache.readTransaction('t'))
      await run(cache.writePending(transaction('PENDING')))
      expect(await read()).toContain('PENDING')
      await run(cache.write([transaction('COMPLETED')], []))
      await run(cache.writePending(transaction('PENDING')))
      expect(await read()).toContain('COMPLETED')
    },
  ],
  [
    'lets a hold that is told late not replace its end',
    async ({ cache, run }) => {
      await run(cache.write([transaction('VOIDED')], [balance(1)]))
      await run(cache.write([transaction('HELD')], [balance(1)]))
      expect(await run(cache.readTransaction('t'))).toContain('VOIDED')
    },
  ],
  [
    'knows nothing of what it was never given',
    async ({ cache, run }) => {
      expect(await run(cache.readTransaction('nothing'))).toBeUndefined()
      expect(await run(cache.readBalance('nobody'))).toBeUndefined()
    },
  ],
  [
    'gives a lock to one, and to the next when it is given back or has run out',
    async ({ redis, run }) => {
      const lock = { name: 'l', token: 'one', milliseconds: 60_000 }
      const inside = await run(
        withLock(redis, lock, () => withLock(redis, { ...lock, token: 'two' }, async () => 1)),
      )
      expect(inside).toBeUndefined()
      expect(await run(withLock(redis, lock, async () => 2))).toBe(2)
      await run(redis.set('lock:l', 'another', 'PX', 50, 'NX'))
      await run(until('it has run out', async () => (await redis.get('lock:l')) === null))
      expect(await run(withLock(redis, lock, async () => 3))).toBe(3)
    },
  ],
  [
    'leaves alone a lock that has run out and is another’s',
    async ({ redis, run }) => {
      const lock = { name: 'l', token: 'one', milliseconds: 60_000 }
      await run(
        withLock(redis, lock, async () => {
          await redis.set('lock:l', 'another', 'PX', 60_000)
        }),
      )
      expect(await run(redis.get('lock:l'))).toBe('another')
    },
  ],
]

describe.each([
  ['the real Redis', openReal],
  ['the simulated Redis', openSimulated],
] as const)('%s', (_name, open) => {
  let store: Store
  beforeEach(() => {
    store = open()
  })
  afterEach(() => store.close())
  test.each(BEHAVIOURS)('%s', (_behaviour, behave) => behave(store))
})
