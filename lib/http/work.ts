/**
 * Counts what is at work. It keeps no list of it: a set that thousands of requests pass through a second leaves a chain of its
 * former tables behind, and whatever requests stood in those, until the whole heap is collected: a ninth of the processor of a
 * read (docs/surprises.md).
 */
export class Work {
  #begun = 0
  #done: (() => void) | undefined

  begin(): void {
    this.#begun += 1
  }

  end(): void {
    this.#begun -= 1
    if (this.#begun === 0) this.#done?.()
  }

  /** Resolves when nothing is at work; to be asked once, when nothing begins any more. */
  async done(): Promise<void> {
    if (this.#begun > 0) await new Promise<void>(resolve => (this.#done = resolve))
  }
}
