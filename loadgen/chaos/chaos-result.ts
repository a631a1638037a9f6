import type { Checked } from '../load/check-database.ts'
import { few } from '../load/check-promises.ts'
import type { Surroundings } from '../load/describe-surroundings.ts'
import type { ChaosOutcome } from './chaos-run.ts'
import type { ChaosSettings } from './flags.ts'
import { RECOVERY_SECONDS, type Recovery, recoveryOf, type Sample, SCHEDULE_SECONDS } from './recovery.ts'

/** A fault as it is written down: seconds from the begin of the load, and what it came to. */
export type ResultFault = {
  readonly kind: string
  readonly target: string
  readonly atSeconds: number
  readonly forSeconds: number
  /** Requests that failed while it lasted, or right after. */
  readonly failed: number
  /** The longest that a transfer had been waiting while it lasted, or right after. */
  readonly waitedSeconds: number
  readonly recovery: Recovery
}

/** What was seen in a quarter of a second. */
export type Moment = Omit<Sample, 'atMs'> & { readonly atSeconds: number }

/** What is written down of a run. */
export type ChaosResult = Pick<
  ChaosOutcome,
  'counts' | 'lost' | 'doubled' | 'outOfOrder' | 'settledSeconds' | 'skipped'
> & {
  readonly startedAt: string
  readonly surroundings: Surroundings
  readonly settings: ChaosSettings
  readonly faults: readonly ResultFault[]
  /** Requests that failed, by code, and were sent again. */
  readonly failures: Readonly<Record<string, number>>
  readonly promises: readonly Checked[]
  readonly moments: readonly Moment[]
}

export type ChaosResultParts = Pick<ChaosResult, 'startedAt' | 'surroundings' | 'settings'> & {
  readonly outcome: ChaosOutcome
}

/** What an instant fault does is seen in the moments after it. */
const AFTERMATH_MILLISECONDS = 1000

/** Reckons what a run came to. */
export function chaosResultOf({ outcome, ...parts }: ChaosResultParts): ChaosResult {
  const { beginMs, samples, counts, lost, doubled, outOfOrder, settledSeconds, skipped } = outcome
  const secondsAt = (atMs: number) => Math.round(atMs - beginMs) / 1000
  const faults = outcome.faults.map(fault => {
    const meanwhile = samples.filter(
      ({ atMs }) => atMs >= fault.beganMs && atMs <= fault.endedMs + AFTERMATH_MILLISECONDS,
    )
    return {
      ...{ kind: fault.kind, target: fault.target, atSeconds: secondsAt(fault.beganMs) },
      forSeconds: Math.round(fault.endedMs - fault.beganMs) / 1000,
      failed: meanwhile.reduce((sum, { failed }) => sum + failed, 0),
      waitedSeconds: Math.max(0, ...meanwhile.map(({ waitingSeconds }) => waitingSeconds ?? 0)),
      recovery: recoveryOf(fault, outcome),
    }
  })
  return {
    ...parts,
    ...{ counts, lost, doubled, outOfOrder, settledSeconds, skipped, faults },
    failures: Object.fromEntries(outcome.failures),
    promises: [...outcome.checked, ...recoveryPromises(faults, outcome)],
    moments: samples.map(({ atMs, ...seen }) => ({ atSeconds: secondsAt(atMs), ...seen })),
  }
}

/** Whether a run went as it should: every promise kept, with faults to keep it under. */
export function isSound({ promises, faults }: ChaosResult): boolean {
  return faults.length > 0 && promises.every(({ broken }) => broken.length === 0)
}

function recoveryPromises(
  faults: readonly ResultFault[],
  { settledSeconds, errors }: ChaosOutcome,
): Checked[] {
  const limit = RECOVERY_SECONDS + SCHEDULE_SECONDS
  const slow = faults.filter(
    ({ recovery }) =>
      recovery.kind === 'never' || (recovery.kind === 'recovered' && recovery.seconds > limit),
  )
  const named = slow.map(({ kind, target, atSeconds, recovery }) =>
    [`${kind} ${target}`.trim(), `at ${atSeconds} s`, JSON.stringify(recovery)].join(', '),
  )
  return [
    { promise: `all is well again within ${limit} s of the end of a single fault`, broken: few(named) },
    {
      promise: `nothing is left to do ${limit} s after the load, without an operator`,
      broken: settledSeconds === undefined ? ['something was'] : [],
    },
    {
      promise: 'every request is accepted in the end; a fault never looks like a mistake of the caller',
      broken: few([...errors].map(([code, count]) => `${count} ended with ${code}`)),
    },
  ]
}
