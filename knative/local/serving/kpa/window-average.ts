const SECOND_MS = 1000
/** Adding and dividing leave a rest, and any rest above a whole number of instances would ask for one more. */
const MILLIONTHS = 1_000_000

/**
 * The average of a figure over the last `windowSeconds`, kept in buckets of one second each. Figures recorded within one
 * second add up: instances and activator report for themselves. Until there has been a whole window, and again after a
 * window of silence, the average is over the seconds since the first figure (knative/serving
 * pkg/autoscaler/aggregation/bucketing.go, TimedFloat64Buckets).
 */
export class WindowAverage {
  readonly #buckets: Float64Array
  #first: number | undefined
  #last = Number.NEGATIVE_INFINITY

  constructor(windowSeconds: number) {
    this.#buckets = new Float64Array(Math.ceil(windowSeconds))
  }

  record(atMs: number, value: number): void {
    const second = Math.floor(atMs / SECOND_MS)
    const length = this.#buckets.length
    // It belongs to a window that is over.
    if (second + length <= this.#last) return
    if (second - this.#last >= length) {
      this.#buckets.fill(0)
      this.#first = second
    }
    for (let missed = Math.max(this.#last + 1, second - length); missed <= second; missed += 1)
      this.#buckets[missed % length] = 0
    this.#first = Math.min(this.#first ?? second, second)
    this.#last = Math.max(this.#last, second)
    this.#buckets[second % length] = (this.#buckets[second % length] ?? 0) + value
  }

  /** Seconds before the first figure, and since the last one, are not counted; seconds between without a figure count as 0. */
  average(atMs: number): number {
    const now = Math.floor(atMs / SECOND_MS)
    const length = this.#buckets.length
    if (this.#first === undefined || now - this.#last >= length) return 0
    const from = Math.max(this.#first, Math.max(now, this.#last) - length + 1)
    let sum = 0
    for (let second = from; second <= this.#last; second += 1) sum += this.#buckets[second % length] ?? 0
    return Math.round((sum / (this.#last - from + 1)) * MILLIONTHS) / MILLIONTHS
  }

  /** Whether nothing has been recorded for longer than the window. */
  isEmpty(atMs: number): boolean {
    return Math.floor(atMs / SECOND_MS) - this.#last > this.#buckets.length
  }
}
