import { ExpectedError } from '../command/expected-error.ts'
import { PURPOSE } from '../random/draw.ts'
import { type HttpClient, openHttpClient } from '../service/http-client.ts'
import { createServiceClient } from '../service/service-client.ts'
import { checkDatabase } from './check-database.ts'
import { checkPromises } from './check-promises.ts'
import { finishRun } from './finish-run.ts'
import { hearResults } from './hear-results.ts'
import { httpPath } from './http-path.ts'
import { Journal } from './journal.ts'
import type { LoadOptions, LoadOutcome, LoadRun } from './load-run.ts'
import { Measures } from './measures.ts'
import { sendAtRate, sendWhenAnswered } from './models.ts'
import { openRunAccounts } from './open-run-accounts.ts'
import { statusReader } from './read-statuses.ts'
import { type ProcessSamples, sampleProcesses } from './sample-processes.ts'
import { transferSender } from './send-transfers.ts'
import { topicPath } from './topic-path.ts'
import { Transfers } from './transfers.ts'

/** So that everything is at work before the first arrival is due. */
const LEAD_MILLISECONDS = 100

/** Opens accounts, puts the load on, waits until all of it is final, and checks the promises. */
export async function runLoad(options: LoadOptions): Promise<LoadOutcome> {
  const { target, settings, runId } = options
  const client = createServiceClient(target.url, target.token)
  try {
    const transfers = new Transfers({ ...settings, runId })
    const opened = await openRunAccounts({ ...options, client, transfers })
    const beginMs = performance.now() + LEAD_MILLISECONDS
    const measures = new Measures(beginMs, settings.warmUpSeconds)
    const run = { ...options, client, transfers, measures, journal: new Journal(settings.orders) }
    const hearing = settings.hearsResults ? await hearResults(target.pubsub, runId, run) : undefined
    try {
      const processes = await underLoad(run, beginMs)
      await finishRun(run)
      const promises = await checkPromises(run, opened)
      if (target.engines !== undefined) {
        promises.push(...(await checkDatabase(target.engines, transfers, settings.patienceSeconds)))
      }
      return { journal: run.journal, measures, processes, promises }
    } finally {
      await hearing?.close()
    }
  } finally {
    client.close()
  }
}

/** Sends for as long as the settings say, with the status reads beside it; samples the processes all the while. */
async function underLoad(run: LoadRun, beginMs: number): Promise<ProcessSamples> {
  const { target, settings, journal, measures, onSecond } = run
  const http = openHttpClient(target.url, target.token)
  const readers = openHttpClient(urlForReads(run), target.token)
  const path =
    settings.path === 'http'
      ? httpPath(http, run.transfers)
      : await topicPath(target.pubsub, run.transfers, settings.skew)
  const sampling = sampleProcesses(target.pid)
  const timer = setInterval(() => {
    const errors = measures.errors.values().reduce((sum, count) => sum + count, 0)
    onSecond({ accepted: journal.accepted, applied: journal.decided, errors })
  }, 1000)
  try {
    const send = transferSender(path, journal, measures)
    const seconds = settings.warmUpSeconds + settings.seconds
    const span = { beginMs, seconds, interrupted: run.interrupted }
    await Promise.all([load(run, span, send), readStatuses(run, span, readers)])
    return sampling.samples
  } finally {
    clearInterval(timer)
    sampling.end()
    await path.close()
    http.close()
    readers.close()
  }
}

function urlForReads({ target, settings }: LoadRun): string {
  if (settings.readsAt === 'gateway') return target.url
  if (target.statusUrl === undefined)
    throw new ExpectedError(
      '--reads-at status: end the running stack first; where its instances are is not known',
    )
  return target.statusUrl
}

type Span = { readonly beginMs: number; readonly seconds: number; readonly interrupted: AbortSignal }

async function load(run: LoadRun, span: Span, send: ReturnType<typeof transferSender>): Promise<void> {
  const { rate, orders, seed, connections } = run.settings
  if (rate === undefined) return await sendWhenAnswered({ ...span, connections, send })
  const arrivals = { perSecond: rate / orders, seed, purpose: PURPOSE.arrival, most: connections }
  const onShed = (intendedMs: number) => run.measures.shed(intendedMs, orders)
  await sendAtRate({ ...span, ...arrivals, send, onShed })
}

async function readStatuses(run: LoadRun, span: Span, http: HttpClient): Promise<void> {
  const { reads, seed, connections } = run.settings
  if (reads === 0) return
  const arrivals = { perSecond: reads, seed, purpose: PURPOSE.readArrival, most: Math.max(connections, 64) }
  const onShed = (intendedMs: number) => run.measures.shed(intendedMs, 1, 'status read: shed')
  await sendAtRate({ ...span, ...arrivals, send: statusReader(http, { ...run, seed }), onShed })
}
