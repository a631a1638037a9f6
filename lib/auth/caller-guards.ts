import type { Redis } from 'ioredis'
import type { Guards } from './guard-routes.ts'
import { createRateLimit, type RateLimitConfig } from './rate-limit.ts'
import { type CallerAuth, createVerifyCaller } from './verify-caller.ts'

/** Who stands at the door for callers: one checks the token, one counts. */
export function createCallerGuards(
  config: CallerAuth & RateLimitConfig,
  redis: Redis,
  now: () => Date,
): Required<Omit<Guards, 'verifyPush'>> {
  return { verifyCaller: createVerifyCaller(config, now), rateLimit: createRateLimit(redis, config) }
}
