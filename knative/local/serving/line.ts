import type { Exchange } from './exchange.ts'

/**
 * Requests in the order they came. Linked through the requests themselves: one whose caller leaves is taken out from where it
 * stands at once, so none but living ones are counted, and none that has left is kept alive.
 */
export class Line {
  #first: Exchange | undefined
  #last: Exchange | undefined
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Who came first of those that are there. */
  get first(): Exchange | undefined {
    return this.#first
  }

  push(exchange: Exchange): void {
    exchange.line = this
    exchange.before = this.#last
    if (this.#last === undefined) this.#first = exchange
    else this.#last.behind = exchange
    this.#last = exchange
    this.#length += 1
  }

  /** Takes the first one; undefined when nobody waits. */
  shift(): Exchange | undefined {
    const first = this.#first
    if (first !== undefined) this.remove(first)
    return first
  }

  /** Takes out one that stands in this line. */
  remove(exchange: Exchange): void {
    const { before, behind } = exchange
    if (before === undefined) this.#first = behind
    else before.behind = behind
    if (behind === undefined) this.#last = before
    else behind.before = before
    exchange.line = undefined
    exchange.before = undefined
    exchange.behind = undefined
    this.#length -= 1
  }
}
