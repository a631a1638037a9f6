import type { Payload } from './payload.ts'

/** What an endpoint saw of one subscription's pushes. */
export type PushSummary = {
  readonly answered: number
  /** When the last one was answered, and when this was said; in milliseconds of one clock. */
  readonly lastMs: number
  readonly nowMs: number
  /** Pushes in flight at once, at most. */
  readonly atOnce: number
  /** Pushes that came before one that was published earlier under their key. */
  readonly outOfOrder: number
  /** Pushes that came while another of their key was in flight. */
  readonly overlapping: number
  /** Pushes of what had been pushed before. */
  readonly redelivered: number
  /** From publish to push, in milliseconds, of those that say when they were published. */
  readonly latenciesMs: readonly number[]
}

/** Follows a subscription's pushes, and checks the promises about their order. */
export class PushRecord {
  readonly #next = new Map<string, number>()
  readonly #inFlight = new Map<string, number>()
  readonly #latenciesMs: number[] = []
  #running = 0
  #answered = 0
  #lastMs = 0
  #atOnce = 0
  #outOfOrder = 0
  #overlapping = 0
  #redelivered = 0

  arrived({ key, position, publishedMs }: Payload, nowMs: number): void {
    const next = this.#next.get(key) ?? 0
    if (position > next) this.#outOfOrder += 1
    if (position < next) this.#redelivered += 1
    this.#next.set(key, Math.max(next, position + 1))
    const others = this.#inFlight.get(key) ?? 0
    if (others > 0) this.#overlapping += 1
    this.#inFlight.set(key, others + 1)
    this.#running += 1
    this.#atOnce = Math.max(this.#atOnce, this.#running)
    if (publishedMs > 0) this.#latenciesMs.push(nowMs - publishedMs)
  }

  answered({ key }: Payload, nowMs: number): void {
    this.#inFlight.set(key, (this.#inFlight.get(key) ?? 0) - 1)
    this.#running -= 1
    this.#answered += 1
    this.#lastMs = nowMs
  }

  summary(nowMs: number): PushSummary {
    return {
      answered: this.#answered,
      lastMs: this.#lastMs,
      nowMs,
      atOnce: this.#atOnce,
      outOfOrder: this.#outOfOrder,
      overlapping: this.#overlapping,
      redelivered: this.#redelivered,
      latenciesMs: this.#latenciesMs,
    }
  }
}
