import { httpPath } from '../load/http-path.ts'
import { sendAtRate } from '../load/models.ts'
import type { Outcome } from '../load/path.ts'
import { transferSender } from '../load/send-transfers.ts'
import { draw, PURPOSE } from '../random/draw.ts'
import type { HttpClient } from '../service/http-client.ts'
import type { ChaosRun } from './chaos-run.ts'
import { retryingPath } from './retrying-path.ts'

const MOST_ORDERS = 20
/** All that can come while nothing is answered for minutes: nothing is shed. */
const MOST_UNANSWERED = 20_000
/** Longer than anything may take to recover. */
const GIVE_UP_SECONDS = 150

/** Puts the load on: an open model, in small requests, each sent again until it is answered. */
export async function sendLoad(run: ChaosRun, http: HttpClient): Promise<void> {
  const { settings, journal, transfers, measures, times, sampler, failures, interrupted } = run
  const { seed, rate, seconds } = settings
  const path = retryingPath(httpPath(http, transfers), {
    seed,
    patienceSeconds: GIVE_UP_SECONDS,
    interrupted,
    onAttempt: (first, count, outcome) => {
      const code = failureOf(outcome)
      sampler.noteAttempt(code !== undefined)
      if (code === undefined) return times.answered(first, count, performance.now())
      failures.set(code, (failures.get(code) ?? 0) + 1)
    },
  })
  const timed = {
    ...path,
    send: (first: number, count: number, onOutcome: (outcome: Outcome) => void) => {
      times.sent(first, count, performance.now())
      path.send(first, count, onOutcome)
    },
  }
  const drawOrders = (first: number) => 1 + Math.floor(draw(seed, first, PURPOSE.orders) * MOST_ORDERS)
  await sendAtRate({
    ...{ beginMs: measures.beginMs, seconds, interrupted, seed, purpose: PURPOSE.arrival },
    perSecond: rate / ((1 + MOST_ORDERS) / 2),
    most: MOST_UNANSWERED,
    send: transferSender(timed, journal, measures, drawOrders),
    onShed: intendedMs => measures.shed(intendedMs, 1),
  })
}

/** The code of what was not accepted. */
function failureOf(outcome: Outcome): string | undefined {
  if (outcome.kind === 'accepted') return undefined
  if (outcome.kind === 'parts') return outcome.codes.find(code => code !== undefined)
  return outcome.code
}
