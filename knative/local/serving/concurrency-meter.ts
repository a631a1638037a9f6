/**
 * How many requests are in flight on average over time: two that take half a second each make one, as Knative's queue-proxy and
 * activator count it. Times are milliseconds of one clock.
 */
export class ConcurrencyMeter {
  #inFlight = 0
  #requestMilliseconds = 0
  #changedMs: number
  #askedMs: number

  constructor(nowMs: number) {
    this.#changedMs = nowMs
    this.#askedMs = nowMs
  }

  get inFlight(): number {
    return this.#inFlight
  }

  entered(nowMs: number): void {
    this.#passTo(nowMs)
    this.#inFlight += 1
  }

  left(nowMs: number): void {
    this.#passTo(nowMs)
    this.#inFlight -= 1
  }

  /** Since it was asked the last time. */
  average(nowMs: number): number {
    this.#passTo(nowMs)
    const milliseconds = nowMs - this.#askedMs
    const average = milliseconds > 0 ? this.#requestMilliseconds / milliseconds : this.#inFlight
    this.#requestMilliseconds = 0
    this.#askedMs = nowMs
    return average
  }

  #passTo(nowMs: number): void {
    // A clock that is set back adds nothing.
    this.#requestMilliseconds += this.#inFlight * Math.max(0, nowMs - this.#changedMs)
    this.#changedMs = nowMs
  }
}
