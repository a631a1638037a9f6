import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import type { Routes } from '../../lib/http/route.ts'
import { isTransient } from '../../lib/mysql/errors.ts'
import type { VerifyPush } from '../../lib/pubsub/push-token.ts'
import { retryTransient } from '../../lib/retry/retry-transient.ts'
import { replayResults } from './replay-results.ts'
import { type SweepParts, sweep } from './sweep.ts'

export type SweeperParts = { readonly sweep: SweepParts; readonly verifyPush: VerifyPush }

/** Finishes what was left behind, when the scheduler calls it each minute; and tells results again, when somebody asks. */
export function createRoutes(parts: SweeperParts): Routes {
  return {
    'POST /': request => takeCall(parts, request),
    'POST /api/v1/results/replay': request => replayResults(parts.sweep, request),
  }
}

async function takeCall(
  { sweep: parts, verifyPush }: SweeperParts,
  request: HttpRequest,
): Promise<HttpResponse> {
  const refusal = await verifyPush(request)
  if (refusal !== undefined) return refusal
  const options = { what: 'sweep', deadlineMilliseconds: parts.retrySeconds * 1000, isTransient }
  return { status: 200, body: await retryTransient(options, () => sweep(parts)) }
}
