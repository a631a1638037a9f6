import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { HttpResponse } from '../http/message.ts'
import { problem } from '../http/problem.ts'
import type { Caller } from './caller.ts'

export type RateLimitConfig = {
  /** What a caller may send within the time, to all functions together. */
  readonly rateLimitRequests: number
  readonly rateLimitSeconds: number
}

/** Counts a request of a caller: answers its refusal if that was one too many, and the headers of whatever is answered. */
export type RateLimit = (
  caller: Caller,
) => Promise<{ readonly refusal: HttpResponse | undefined; readonly headers: Record<string, string> }>

/**
 * Counts in Redis, for all instances together. While Redis is away each instance counts by itself: a caller may then send
 * more, and is never shut out.
 */
export function createRateLimit(redis: Redis, config: RateLimitConfig): RateLimit {
  const { rateLimitRequests: points, rateLimitSeconds: duration } = config
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    rejectIfRedisNotReady: true,
    keyPrefix: 'rate',
    points,
    duration,
    insuranceLimiter: new RateLimiterMemory({ points, duration }),
    // A caller that is over its limit costs Redis nothing until its time is over.
    inMemoryBlockOnConsumed: points + 1,
  })
  const policy = `"caller";q=${points};w=${duration}`
  return async ({ id }) => {
    const { isOver, result } = await consume(limiter, id)
    const seconds = Math.max(1, Math.ceil(result.msBeforeNext / 1000))
    const headers = {
      'ratelimit-policy': policy,
      ratelimit: `"caller";r=${result.remainingPoints};t=${seconds}`,
    }
    if (!isOver) return { refusal: undefined, headers }
    const message = `More than ${points} requests in ${duration} s; send again after ${seconds} s.`
    return {
      refusal: problem('rate_limited', message, { headers: { 'retry-after': String(seconds) } }),
      headers,
    }
  }
}

/** The library rejects with what a promise should resolve to. */
async function consume(
  limiter: RateLimiterRedis,
  id: string,
): Promise<{ isOver: boolean; result: RateLimiterRes }> {
  try {
    return { isOver: false, result: await limiter.consume(id) }
  } catch (result) {
    if (result instanceof RateLimiterRes) return { isOver: true, result }
    throw result
  }
}
