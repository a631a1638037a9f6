/** What can stand in a line: in which it does, and between whom, is the line's to set. */
export interface Standing<T extends Standing<T>> {
  line: Line<T> | undefined
  before: T | undefined
  behind: T | undefined
}

/**
 * Requests in the order they came. Linked through the requests themselves: one whose caller leaves is taken out from where it
 * stands at once, so none but living ones are counted, and none that has left is kept alive.
 */
export class Line<T extends Standing<T>> {
  #first: T | undefined
  #last: T | undefined
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Who came first of those that are there. */
  get first(): T | undefined {
    return this.#first
  }

  push(exchange: T): void {
    exchange.line = this
    exchange.before = this.#last
    if (this.#last === undefined) this.#first = exchange
    else this.#last.behind = exchange
    this.#last = exchange
    this.#length += 1
  }

  /** Takes the first one; undefined when nobody waits. */
  shift(): T | undefined {
    const first = this.#first
    if (first !== undefined) this.remove(first)
    return first
  }

  /** Takes out one that stands in this line. */
  remove(exchange: T): void {
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
