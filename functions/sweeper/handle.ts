import { forCallers, forPushes, type GuardedRoutes } from '../../lib/auth/access.ts'
import type { HttpResponse } from '../../lib/http/message.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { replayResults } from './replay-results.ts'
import { type SweepParts, sweep } from './sweep.ts'
import { verifyLedger } from './verify-ledger.ts'

/**
 * Finishes what was left behind, when the scheduler calls it each minute; tells results again, and verifies the ledger, when
 * somebody asks.
 */
export function createRoutes(parts: SweepParts): GuardedRoutes {
  return {
    'POST /': forPushes(() => takeCall(parts)),
    'POST /api/v1/results/replay': forCallers('ops', request => replayResults(parts, request)),
    'GET /api/v1/ledger/verification': forCallers('ops', request => verifyLedger(parts, request)),
  }
}

async function takeCall(parts: SweepParts): Promise<HttpResponse> {
  return { status: 200, body: await retry(parts, 'sweep', () => sweep(parts)) }
}
