import { forPushes, type GuardedRoutes } from '../../lib/auth/access.ts'
import type { HttpResponse } from '../../lib/http/message.ts'
import { isTransient } from '../../lib/mysql/errors.ts'
import { retryTransient } from '../../lib/retry/retry-transient.ts'
import { type SweepParts, sweep } from './sweep.ts'

/** Finishes what was left behind; the scheduler calls it each minute. */
export function createRoutes(parts: SweepParts): GuardedRoutes {
  return { 'POST /': forPushes(() => takeCall(parts)) }
}

async function takeCall(parts: SweepParts): Promise<HttpResponse> {
  const options = { what: 'sweep', deadlineMilliseconds: parts.retrySeconds * 1000, isTransient }
  return { status: 200, body: await retryTransient(options, () => sweep(parts)) }
}
