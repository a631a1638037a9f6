import { Journal } from '../load/journal.ts'
import { Measures } from '../load/measures.ts'
import { openRunAccounts } from '../load/open-run-accounts.ts'
import { Transfers } from '../load/transfers.ts'
import { type HttpClient, openHttpClient } from '../service/http-client.ts'
import { createServiceClient } from '../service/service-client.ts'
import { sendLoad } from './chaos-load.ts'
import type { ChaosOptions, ChaosOutcome, ChaosRun } from './chaos-run.ts'
import { ClientTimes } from './client-times.ts'
import { breaksOf } from './make-faults.ts'
import { type PlannedFault, planFaults } from './plan-faults.ts'
import { SCHEDULE_SECONDS } from './recovery.ts'
import { ResultsEar } from './results-ear.ts'
import { runFaults } from './run-faults.ts'
import { Sampler } from './sampler.ts'
import { verifyChaos } from './verify-chaos.ts'

const LEAD_MILLISECONDS = 500
/** Of a request before and after the load, and of what is asked for at the end. */
const PATIENCE_SECONDS = 60

/** Puts load on a stack and breaks it as the seed says; heals, waits, and checks everything from outside. */
export async function runChaos(options: ChaosOptions): Promise<ChaosOutcome> {
  const { chaos, settings, runId } = options
  const { seed, accounts } = settings
  const client = createServiceClient(chaos.stack.url, chaos.token)
  const http = openHttpClient(chaos.stack.url, chaos.token)
  const closers: (() => Promise<void> | void)[] = [() => client.close(), () => http.close()]
  try {
    const skew = { skew: 'zipf', zipfExponent: 1, refusedPercent: 0 } as const
    const transfers = new Transfers({ accounts, seed, runId, ...skew })
    const patience = { patienceSeconds: PATIENCE_SECONDS }
    const opened = await openRunAccounts({ ...options, client, transfers, settings: patience })
    const measures = new Measures(performance.now() + LEAD_MILLISECONDS, 0)
    const [journal, times] = [new Journal(1), new ClientTimes()]
    const known = { journal, transfers, times, measures }
    const ear = new ResultsEar(chaos.pubsub, runId, known)
    await ear.open()
    closers.push(() => ear.close())
    const sampler = new Sampler({ ...known, http, seed, mysqlUrl: chaos.engines.mysqlUrl })
    closers.push(() => sampler.close())
    const run = { ...options, ...known, ...patience, client, sampler, ear, failures: new Map() }
    const broken = await underChaos(run, http)
    return { ...broken, ...(await verifyChaos(run, opened)) }
  } finally {
    for (const closer of closers.reverse()) await closer()
  }
}

type Broken = Pick<
  ChaosOutcome,
  'beginMs' | 'loadEndMs' | 'faults' | 'skipped' | 'samples' | 'failures' | 'errors'
>

/** The load, and the faults beside it; resolves when all is healed, and every request answered. */
async function underChaos(run: ChaosRun, http: HttpClient): Promise<Broken> {
  const { chaos, settings, measures, ear, interrupted, onEvent, failures, sampler } = run
  const { beginMs } = measures
  const skipped = chaos.missing
  const kinds = settings.kinds.filter(kind => !(kind in skipped))
  const reconnect = async (endedMs: number) => await ear.openAgain(endedMs)
  const onBegin = ({ kind, target, forSeconds }: PlannedFault) =>
    onEvent([kind, target, forSeconds > 0 ? `for ${forSeconds} s` : ''].filter(Boolean).join(', '))
  const scheduler = scheduleSweeps(run)
  try {
    const endMs = beginMs + settings.seconds * 1000
    const plan = planFaults({ ...settings, kinds })
    const breaks = breaksOf(chaos, reconnect)
    const faults = await together(interrupted, [
      either => runFaults({ beginMs, endMs, plan, breaks, onBegin, interrupted: either }),
      either => sendLoad({ ...run, interrupted: either }, http),
    ])
    const loadEndMs = performance.now()
    return {
      beginMs,
      loadEndMs,
      faults,
      skipped,
      samples: sampler.samples,
      failures,
      errors: measures.errors,
    }
  } finally {
    clearInterval(scheduler)
  }
}

/** Does the two; when one fails the other is cut short, and its end waited for: a fault is healed, whatever happens. */
async function together<T>(
  interrupted: AbortSignal,
  [first, second]: readonly [(either: AbortSignal) => Promise<T>, (either: AbortSignal) => Promise<void>],
): Promise<T> {
  const failure = new AbortController()
  const either = AbortSignal.any([interrupted, failure.signal])
  const orCut = <U>(work: Promise<U>) =>
    work.catch(error => {
      failure.abort(error)
      throw error
    })
  const [one, other] = await Promise.allSettled([orCut(first(either)), orCut(second(either))])
  either.throwIfAborted()
  if (one.status === 'rejected') throw one.reason
  if (other.status === 'rejected') throw other.reason
  return one.value
}

/** The stack's own schedule goes on; more calls are made only where the flag asks for them. */
function scheduleSweeps({ settings: { sweepSeconds }, chaos }: ChaosRun): NodeJS.Timeout | undefined {
  if (sweepSeconds >= SCHEDULE_SECONDS) return undefined
  return setInterval(
    () => void chaos.stack.runSchedule('sweeper').catch(() => undefined),
    sweepSeconds * 1000,
  )
}
