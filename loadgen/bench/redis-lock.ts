import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Guard } from './row-per-transfer.ts'

/** Longer than any transfer takes; a holder that dies blocks the others for so long. */
const LEASE_MS = 10_000
/** A lock tells nobody that it is free. */
const RETRY_MS = 2

/** Only its own: the lease may have ended, and another hold the lock. */
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`

/** The lock that Redis documents, SET NX PX with a token, tried again after a small pause. */
export function openRedisLock(redisUrl: string): { readonly guard: Guard; close(): void } {
  const redis = new Redis(redisUrl)
  const prefix = `bench-lock:${randomUUID()}`
  const guard: Guard = async (name, work) => {
    const key = `${prefix}:${name}`
    const token = randomUUID()
    while ((await redis.set(key, token, 'PX', LEASE_MS, 'NX')) === null) await pause(RETRY_MS)
    try {
      await work()
    } finally {
      await redis.eval(RELEASE, 1, key, token)
    }
  }
  return { guard, close: () => redis.disconnect() }
}
