import type { Redis } from 'ioredis'

/** Deletes the lock only if it is still ours: it may have run out and be another's. */
const UNLOCK = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

export type Lock = { readonly name: string; readonly token: string; readonly milliseconds: number }

/**
 * Does the work unless another holds the lock; then answers undefined. It saves double work and promises nothing:
 * without Redis the work is done, and two may do it at once.
 */
export async function withLock<T>(
  redis: Redis,
  { name, token, milliseconds }: Lock,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const key = `lock:${name}`
  const taken = await redis.set(key, token, 'PX', milliseconds, 'NX').catch(() => 'OK')
  if (taken !== 'OK') return undefined
  try {
    return await work()
  } finally {
    await redis.eval(UNLOCK, 1, key, token).catch(() => undefined)
  }
}
