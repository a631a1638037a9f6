import { setImmediate as breathe } from 'node:timers/promises'
import type { SecondSample } from '../../knative/local/serving/kpa/second-sample.ts'
import { SimulatedRevision } from '../../knative/local/serving/kpa/simulated-revision.ts'
import { makeRequests } from './make-requests.ts'
import type { Model, ScalingSettings, Variant } from './scaling-settings.ts'

const LEAST_LEAD_IN_SECONDS = 300
/** Virtual seconds between two looks for an interruption. */
const BREATHE_SECONDS = 30
/** A request that is not answered so long after the last one came never will be. */
const MOST_AFTERMATH_SECONDS = 3600

export type Watch = { readonly interrupted: AbortSignal; readonly onSecond: () => void }

/** Simulates one setting; answers the seconds of the profile, without those that lead up to it. */
export async function simulateVariant(
  { profile, model, seed }: ScalingSettings & { readonly model: Model },
  { settings }: Variant,
  { interrupted, onSecond }: Watch,
): Promise<readonly SecondSample[]> {
  const { kpa, cpu, timeoutSeconds } = settings
  const leadInSeconds = Math.max(LEAST_LEAD_IN_SECONDS, secondsToZero(kpa))
  const requests = makeRequests({ profile, service: model.service, seed, leadInSeconds })
  const revision = new SimulatedRevision(
    { kpa, cpu, timeoutSeconds, coldStartMs: model.coldStartSeconds * 1000 },
    requests,
  )
  const end = leadInSeconds + profile.seconds
  for (let second = 1; second <= end || revision.inProgress > 0; second += 1) {
    if (second > end + MOST_AFTERMATH_SECONDS) throw new Error('there are requests that nobody answers')
    revision.advanceTo(second * 1000)
    if (second > leadInSeconds && second <= end) onSecond()
    if (second % BREATHE_SECONDS > 0) continue
    await breathe()
    interrupted.throwIfAborted()
  }
  return revision.seconds.slice(leadInSeconds, end)
}

/** Long enough that the first instance has gone by then, if nothing needs it. */
export function secondsToZero({
  windowSeconds,
  graceSeconds,
  retentionSeconds,
  scaleDownDelaySeconds,
}: Variant['settings']['kpa']): number {
  return 2 * windowSeconds + graceSeconds + retentionSeconds + scaleDownDelaySeconds
}
