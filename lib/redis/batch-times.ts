import type { Redis, Result } from 'ioredis'

/** A batch of a group, by when it was decided: a group has one writer at a time. */
type BatchKey = { readonly group: number; readonly decidedAt: string }

/** When what happened to a batch, in RFC 3339; and which it is. What is not known, or has not happened, is not there. */
export type BatchTimes = {
  /** How many transactions the step decided, in all of its groups. */
  readonly transactions?: number
  /** When the last bell that asked for it was published. */
  readonly rungAt?: string
  readonly beganAt?: string
  readonly committedAt?: string
  readonly publishedAt?: string
  readonly cachedAt?: string
}

/** What operators are shown of a batch for a day; nothing else depends on it, and a cache that loses it loses nothing. */
export type BatchTimesStore = {
  /** Adds what is known now of a batch, for each of its groups. */
  write(keys: readonly BatchKey[], times: BatchTimes): Promise<void>
  /** What is known; nothing, if it is too long ago, or the cache has lost it. */
  read(key: BatchKey): Promise<BatchTimes>
}

/** As long as the copies of its transactions. */
const KEPT_SECONDS = 86_400

/** KEYS are a batch's; ARGV are how long it is kept, and then fields and their values. */
const ADD_TIMES = `
for _, key in ipairs(KEYS) do
  redis.call('HSET', key, unpack(ARGV, 2))
  redis.call('EXPIRE', key, ARGV[1])
end`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    addBatchTimes(keys: number, ...args: (string | number)[]): Result<null, Context>
  }
}

export function createBatchTimes(redis: Redis): BatchTimesStore {
  redis.defineCommand('addBatchTimes', { lua: ADD_TIMES })
  return {
    write: async (keys, times) => {
      const fields = Object.entries(times).filter(([, value]) => value !== undefined)
      if (keys.length === 0 || fields.length === 0) return
      await redis.addBatchTimes(keys.length, ...keys.map(keyOf), KEPT_SECONDS, ...fields.flat())
    },
    read: async key => {
      const { transactions, ...times } = await redis.hgetall(keyOf(key))
      return { ...times, ...(transactions !== undefined && { transactions: Number(transactions) }) }
    },
  }
}

function keyOf({ group, decidedAt }: BatchKey): string {
  return `batch:${group}:${decidedAt}`
}
