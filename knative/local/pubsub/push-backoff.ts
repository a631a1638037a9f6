import type { Clock, Timer } from './clock.ts'

const MAX_PAUSE_MS = 60_000
// The documented points: about 500 ms at one nack a second among five messages, 30 to 60 s at five; exponential between.
const PAUSE_AT_ONE_MS = 500
const GROWTH = 3
// The first count of failures whose pause is the longest.
const MAX_FAILURES = 6

/**
 * The push back-off of a whole subscription (docs.cloud.google.com/pubsub/docs/push, "push backoff"): after a nack or a
 * missed deadline nothing at all is pushed for a while, the longer the more failures there were that no acknowledgement
 * has made good. So a poisoned message among others costs half a second each time, and an endpoint that is down is asked
 * less and less often.
 */
export class PushBackoff {
  readonly #clock: Clock
  readonly #onResume: () => void
  #failures = 0
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

  recordAck(): void {
    this.#failures = Math.max(0, this.#failures - 1)
  }

  recordFailure(): void {
    this.#failures = Math.min(this.#failures + 1, MAX_FAILURES)
    this.#resumeAtMs = Math.max(this.#resumeAtMs, this.#clock.now() + pauseMs(this.#failures))
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

/** How long nothing is pushed after a failure, when so many are not made good. */
export function pauseMs(failures: number): number {
  return Math.min(MAX_PAUSE_MS, PAUSE_AT_ONE_MS * GROWTH ** (failures - 1))
}
