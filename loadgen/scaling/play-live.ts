import type { SecondSample } from '../../knative/local/serving/kpa/second-sample.ts'
import { type Checked, checkDatabase } from '../load/check-database.ts'
import { checkPromises } from '../load/check-promises.ts'
import { finishRun } from '../load/finish-run.ts'
import { hearResults } from '../load/hear-results.ts'
import { Journal } from '../load/journal.ts'
import { type ScaledStack, startScaledStack } from '../load/load-stack.ts'
import { Measures } from '../load/measures.ts'
import { openRunAccounts } from '../load/open-run-accounts.ts'
import { Transfers } from '../load/transfers.ts'
import { openHttpClient } from '../service/http-client.ts'
import { createServiceClient, type ServiceClient } from '../service/service-client.ts'
import { manifestsWith } from './function-settings.ts'
import type { LiveOptions } from './live-options.ts'
import { LiveSeconds } from './live-seconds.ts'
import { WATCHED } from './live-sender.ts'
import { type Played, putLiveLoad } from './put-live-load.ts'
import type { Variant } from './scaling-settings.ts'
import { secondsToZero } from './simulate-variant.ts'

export type LiveOutcome = Played & {
  /** Of the profile, without the lead-in. */
  readonly seconds: readonly SecondSample[]
  readonly leadInSeconds: number
  readonly errors: ReadonlyMap<string, number>
  readonly promises: readonly Checked[]
}

const ACCOUNTS = 200
const PATIENCE_SECONDS = 60
/** So that everything is at work before the first arrival is due. */
const LEAD_MILLISECONDS = 100

/** A stable window, so that nothing of the start is left in it; where nothing keeps an instance, until the first one has gone. */
export function liveLeadInSeconds({ settings: { kpa } }: Variant, base: number): number {
  return base === 0 && kpa.minScale === 0 ? secondsToZero(kpa) : kpa.windowSeconds
}

/** Plays a profile in real time, on a stack of its own with this setting; then waits until all is final, and checks the promises. */
export async function playLive(options: LiveOptions): Promise<LiveOutcome> {
  const { name, variant, interrupted } = options
  const manifests = manifestsWith(name, variant.overrides)
  const stack = await startScaledStack({ manifests, watched: name }, step =>
    console.error(`starting ${step}`),
  )
  const client = createServiceClient(stack.url, stack.token)
  try {
    interrupted.throwIfAborted()
    return await playOn(stack, client, options)
  } finally {
    client.close()
    await stack.close()
  }
}

/** The same on a stack that is there. */
export async function playOn(
  stack: ScaledStack,
  client: ServiceClient,
  options: LiveOptions,
): Promise<LiveOutcome> {
  const { name, profile, seed, leadInSeconds, interrupted, show } = options
  const runId = Date.now().toString(36)
  const skew = { skew: 'uniform', zipfExponent: 1, refusedPercent: 0 } as const
  const transfers = new Transfers({ accounts: ACCOUNTS, seed, runId, ...skew })
  const settings = { patienceSeconds: PATIENCE_SECONDS, hearsResults: true, ...skew }
  const asking = { client, transfers, interrupted, show, settings, target: stack }
  const opened = await openRunAccounts(asking)
  const beginMs = performance.now() + LEAD_MILLISECONDS
  const gathered = new LiveSeconds({
    ...{ beginMs, seconds: leadInSeconds + profile.seconds, watched: WATCHED[name] },
  })
  const measures = new Measures(beginMs, 0, gathered)
  const run = { ...asking, measures, journal: new Journal(1) }
  const hearing = await hearResults(stack.pubsub, runId, run)
  const http = openHttpClient(stack.url, stack.token)
  try {
    const played = await putLiveLoad(stack, { ...options, ...run, http, gathered, beginMs })
    await finishRun(run)
    const promises = await checkPromises(run, opened)
    if (stack.engines) promises.push(...(await checkDatabase(stack.engines, transfers, PATIENCE_SECONDS)))
    gathered.used((played.processes.get(name) ?? []).map(sample => sample?.cpuPercent))
    const seconds = gathered.samples.slice(leadInSeconds)
    return { ...played, seconds, leadInSeconds, errors: measures.errors, promises }
  } finally {
    await hearing.close()
    http.close()
  }
}
