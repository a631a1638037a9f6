/** Between the scheduler's calls to the sweeper, as `knative/wiring.yaml` has it. */
export const SCHEDULE_SECONDS = 60
/** All has to be well again so long after the end of a single fault, beside the sweeper's period. */
export const RECOVERY_SECONDS = 10

/** What was seen at a moment, and in the time since the moment before. */
export type Sample = {
  /** Milliseconds of `performance.now()`. */
  readonly atMs: number
  /** How long the oldest transfer that is not applied has been waiting; undefined while the database does not say. */
  readonly waitingSeconds: number | undefined
  /** Whether a reader was told, at once, of a transfer that it is final. */
  readonly isStatusRight: boolean
  readonly answered: number
  readonly failed: number
  /** All that was applied until then; undefined while the database does not say. */
  readonly applied: number | undefined
}

export type Span = { readonly beganMs: number; readonly endedMs: number }

export type Recovery =
  | { readonly kind: 'recovered'; readonly seconds: number }
  /** Another fault began before it had. */
  | { readonly kind: 'disturbed'; readonly afterSeconds: number }
  | { readonly kind: 'never' }

/** All that was seen of a run. */
export type Seen = {
  readonly faults: readonly Span[]
  readonly samples: readonly Sample[]
  /** From then on nobody sends, so nobody can be answered. */
  readonly loadEndMs: number
}

/** A backlog is gone when nothing waits longer. */
const WAITING_SECONDS = 2
/** So many good samples one after another: one alone may be luck. */
const GOOD_SAMPLES = 2

/**
 * How long after the end of a fault all was well again: nothing waits, no request fails while some are answered, and statuses
 * are right. A fault that another one overlaps, or follows before that, says nothing of itself.
 */
export function recoveryOf(fault: Span, { faults, samples, loadEndMs }: Seen): Recovery {
  const others = faults.filter(other => other !== fault)
  const isOverlapped = others.some(
    ({ beganMs, endedMs }) => beganMs <= fault.endedMs && endedMs > fault.endedMs,
  )
  if (isOverlapped) return { kind: 'disturbed', afterSeconds: 0 }
  const nextMs = Math.min(...others.map(({ beganMs }) => beganMs).filter(beganMs => beganMs > fault.endedMs))
  const after = samples.filter(({ atMs }) => atMs >= fault.endedMs)
  const first = after.findIndex((_, index) =>
    [...Array(GOOD_SAMPLES).keys()].every(offset => isGood(after[index + offset], loadEndMs)),
  )
  const recoveredMs = after[first]?.atMs ?? Number.POSITIVE_INFINITY
  if (recoveredMs < nextMs)
    return { kind: 'recovered', seconds: Math.max(0, recoveredMs - fault.endedMs) / 1000 }
  if (nextMs < Number.POSITIVE_INFINITY)
    return { kind: 'disturbed', afterSeconds: (nextMs - fault.endedMs) / 1000 }
  return { kind: 'never' }
}

function isGood(sample: Sample | undefined, loadEndMs: number): boolean {
  if (sample === undefined) return false
  const { atMs, waitingSeconds, isStatusRight, answered, failed } = sample
  const isDrained = waitingSeconds !== undefined && waitingSeconds < WAITING_SECONDS
  return isDrained && isStatusRight && failed === 0 && (answered > 0 || atMs > loadEndMs)
}
