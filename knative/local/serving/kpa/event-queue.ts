type Event<T> = { readonly atMs: number; readonly number: number; readonly value: T }

/** What is to happen, by time; of what happens at the same time, what was put in first comes first. A binary heap. */
export class EventQueue<T> {
  readonly #heap: Event<T>[] = []
  #number = 0

  /** When the next is due; Infinity without one. */
  get nextMs(): number {
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY
  }

  push(atMs: number, value: T): void {
    const event = { atMs, number: this.#number, value }
    this.#number += 1
    let index = this.#heap.length
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = this.#heap[parent]
      if (above === undefined || isBefore(above, event)) break
      this.#heap[index] = above
      index = parent
    }
    this.#heap[index] = event
  }

  pop(): T | undefined {
    const [first] = this.#heap
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) this.#sink(last)
    return first?.value
  }

  /** Puts an event where the first was, and lets earlier ones above it. */
  #sink(event: Event<T>): void {
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      let below = this.#heap[child]
      const right = this.#heap[child + 1]
      if (below === undefined) break
      if (right !== undefined && isBefore(right, below)) {
        child += 1
        below = right
      }
      if (isBefore(event, below)) break
      this.#heap[index] = below
      index = child
    }
    this.#heap[index] = event
  }
}

function isBefore(a: Event<unknown>, b: Event<unknown>): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.number < b.number)
}
