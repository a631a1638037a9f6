import type { Outcome, Path } from '../load/path.ts'
import { draw, PURPOSE } from '../random/draw.ts'

/** With these the service says that the same request may be sent again; beside all it does not answer for. */
const PASSING: ReadonlySet<string> = new Set(['overloaded', 'rate_limited', 'request_timeout'])
const FIRST_PAUSE_MILLISECONDS = 100
const LONGEST_PAUSE_MILLISECONDS = 2000
/** Attempts whose pauses are drawn apart; more share a draw. */
const MOST_DRAWN = 64

export type Retrying = {
  readonly seed: number
  /** A request that is this old is given up. */
  readonly patienceSeconds: number
  /** Then nothing is sent again. */
  readonly interrupted: AbortSignal
  readonly onAttempt: (first: number, count: number, outcome: Outcome) => void
}

/** A caller as callers should be: sends the same again until it is answered, after pauses that double, to two seconds. */
export function retryingPath(path: Path, { seed, patienceSeconds, interrupted, onAttempt }: Retrying): Path {
  return {
    send: (first, count, onOutcome) => {
      const giveUpMs = performance.now() + patienceSeconds * 1000
      let isUnknown = false
      const attempt = (attempts: number): void => {
        path.send(first, count, outcome => {
          onAttempt(first, count, outcome)
          isUnknown ||= outcome.kind === 'unknown'
          if (!isPassing(outcome)) return onOutcome(outcome)
          // Nothing was done this time, but perhaps before.
          if (performance.now() > giveUpMs || interrupted.aborted)
            return onOutcome(isUnknown ? { ...outcome, kind: 'unknown' } : outcome)
          setTimeout(() => attempt(attempts + 1), pauseBefore(attempts, seed, first))
        })
      }
      attempt(0)
    },
    close: () => path.close(),
  }
}

function isPassing(outcome: Outcome): outcome is Outcome & { kind: 'denied' | 'unknown' } {
  if (outcome.kind === 'unknown') return true
  return outcome.kind === 'denied' && PASSING.has(outcome.code)
}

function pauseBefore(attempts: number, seed: number, first: number): number {
  const most = Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** attempts)
  const place = first * MOST_DRAWN + Math.min(attempts, MOST_DRAWN - 1)
  return most * (0.5 + draw(seed, place, PURPOSE.retry) / 2)
}
