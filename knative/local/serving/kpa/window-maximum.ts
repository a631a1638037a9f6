const SECOND_MS = 1000

/**
 * The largest of what was recorded in the last `windowSeconds`, by ticks of `tickSeconds`, of which the present one is the
 * last (knative/serving pkg/autoscaler/aggregation/max/timewindow.go and window.go).
 */
export class WindowMaximum {
  readonly #ticks: number
  readonly #tickSeconds: number
  /** Falling values by rising tick: a value below a later one can be the largest no more. */
  #candidates: { readonly tick: number; readonly value: number }[] = []

  constructor(windowSeconds: number, tickSeconds: number) {
    this.#ticks = Math.ceil(windowSeconds / tickSeconds)
    this.#tickSeconds = tickSeconds
  }

  /** Answers the largest now. Moments must not go back. Of two in one tick the larger counts. */
  record(atMs: number, value: number): number {
    const tick = Math.floor(Math.floor(atMs / SECOND_MS) / this.#tickSeconds)
    const kept = this.#candidates.filter(other => other.value > value && tick - other.tick < this.#ticks)
    this.#candidates = [...kept, { tick, value }]
    return this.#candidates[0]?.value ?? value
  }
}
