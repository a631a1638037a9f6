import type { Clock, Timer } from './clock.ts'

const WINDOW_MS = 1_000
const MAX_PAUSE_MS = 60_000
// The documented points: about 500 ms at one nack a second, 30 to 60 s at five; exponential between them.
const PAUSE_AT_ONE_MS = 500
const GROWTH = 3

/**
 * The push back-off of a whole subscription (docs.cloud.google.com/pubsub/docs/push, "push backoff"): after a nack or a
 * missed deadline nothing at all is pushed for a while, the longer the more failures there were within a second. The
 * second does not run during a pause: an endpoint that stays down is asked less and less often.
 */
export class PushBackoff {
  readonly #clock: Clock
  readonly #onResume: () => void
  /** When the last failures were, by the time in which pushes were allowed. */
  #failures: number[] = []
  /** The length of all pauses so far, with what is left of the present one. */
  #pausesMs = 0
  #resumeAtMs = 0
  #timer: Timer | undefined

  constructor(clock: Clock, onResume: () => void) {
    this.#clock = clock
    this.#onResume = onResume
  }

  /** Zero when pushes may go on. */
  get pausedForMs(): number {
    return Math.max(0, this.#resumeAtMs - this.#clock.now())
  }

  recordFailure(): void {
    const now = this.#clock.now()
    const pushingMs = now - (this.#pausesMs - this.pausedForMs)
    // More than a handful make the longest pause anyway.
    this.#failures = [
      ...this.#failures.filter(failedMs => pushingMs - failedMs < WINDOW_MS),
      pushingMs,
    ].slice(-9)
    const resumeAtMs = Math.max(this.#resumeAtMs, now + pauseMs(this.#failures.length))
    this.#pausesMs += resumeAtMs - (now + this.pausedForMs)
    this.#resumeAtMs = resumeAtMs
    this.#arm()
  }

  stop(): void {
    if (this.#timer) this.#clock.clearTimer(this.#timer)
  }

  #arm(): void {
    this.stop()
    this.#timer = this.#clock.setTimer(this.pausedForMs, () => {
      // A timer may ring before its time by the clock, and nobody else would look again.
      if (this.pausedForMs > 0) this.#arm()
      else this.#onResume()
    })
  }
}

/** How long nothing is pushed after a failure, when so many failures fell within a second. */
export function pauseMs(failures: number): number {
  return Math.min(MAX_PAUSE_MS, PAUSE_AT_ONE_MS * GROWTH ** (failures - 1))
}
