import type { Exchange } from './exchange.ts'
import type { Line } from './line.ts'

/**
 * Answers 504 to those of a line whose deadline is over. One timer for all, since who came first is late first: one for each request
 * costs a tenth of what the gateway does for it. One that was held elsewhere before may stand behind others that are late after it, and
 * is late with those.
 */
export class LateWatch {
  readonly #line: Line<Exchange>
  #timer: NodeJS.Timeout | undefined

  constructor(line: Line<Exchange>) {
    this.#line = line
  }

  /** To be called when one has come to stand in the line. */
  look(): void {
    if (this.#timer === undefined) this.#watchFirst()
  }

  #watchFirst(): void {
    const nowMs = performance.now()
    let first = this.#line.first
    for (; first !== undefined && first.deadlineMs <= nowMs; first = this.#line.first) first.timeOut()
    const inMs = Math.max(1, (first?.deadlineMs ?? nowMs) - nowMs)
    this.#timer = first && setTimeout(() => this.#watchFirst(), inMs).unref()
  }
}
