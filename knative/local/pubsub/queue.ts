/** First in, first out, in constant time: an array's shift() moves every element of a backlog of 100,000. */
export class Queue<Item> {
  #items: (Item | undefined)[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: Item): void {
    this.#items.push(item)
  }

  /** The item `index` places behind the head, undefined past the end. */
  at(index: number): Item | undefined {
    return this.#items[this.#head + index]
  }

  /** From the head on. */
  *[Symbol.iterator](): Generator<Item> {
    for (let index = this.#head; index < this.#items.length; index += 1) yield this.#items[index] as Item
  }

  /** Takes the head; undefined when empty. */
  shift(): Item | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#head]
    // Released at once: the slot may stay until the array is next compacted.
    this.#items[this.#head] = undefined
    this.#head += 1
    // Compacting at half empty copies each item at most once on average.
    if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
