import type { Redis, Result } from 'ioredis'

/** What the instances of all functions did in a moment, added up: field by field. */
export type Point = { readonly at: Date; readonly fields: Readonly<Record<string, string>> }

/** Points in time, by when they ended; kept for some minutes. */
export type PointStore = {
  /** Adds what one instance did in the moment that ended then. */
  add(at: Date, grown: ReadonlyMap<string, number>): Promise<void>
  /** The points there are of these moments, in order; what nobody told of is left out. */
  read(moments: readonly Date[]): Promise<Point[]>
}

/** What the console shows at once, and a minute more. */
const KEPT_SECONDS = 360

/** KEYS[1] is the point; ARGV are how long it is kept, and then pairs of a field and what it grows by. */
const ADD_TO_POINT = `
for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    addToPoint(key: string, ...args: (string | number)[]): Result<null, Context>
  }
}

export function createPointStore(redis: Redis): PointStore {
  redis.defineCommand('addToPoint', { numberOfKeys: 1, lua: ADD_TO_POINT })
  return {
    add: async (at, grown) => {
      await redis.addToPoint(keyOf(at), KEPT_SECONDS, ...[...grown].flat())
    },
    read: async moments => {
      const reads = moments.map(async at => ({ at, fields: await redis.hgetall(keyOf(at)) }))
      const points = await Promise.all(reads)
      return points.filter(({ fields }) => Object.keys(fields).length > 0)
    },
  }
}

function keyOf(at: Date): string {
  return `point:${at.getTime()}`
}
