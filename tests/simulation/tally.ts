import type { History } from './history.ts'

/** What all histories come to, without keeping them. */
export class Tally {
  #count = 0
  #steps = 0
  #leastSteps = Number.POSITIVE_INFINITY
  #transactions = 0
  #faults = 0
  readonly #broken: number[] = []
  /** Those that came before their turn: processes are not equally fast. */
  readonly #early = new Set<number>()
  #next: number

  constructor(firstSeed: number) {
    this.#next = firstSeed
  }

  add({ seed, steps, transactions, faults, broken }: History): void {
    this.#count += 1
    this.#steps += steps
    this.#leastSteps = Math.min(this.#leastSteps, steps)
    this.#transactions += transactions.length
    this.#faults += faults
    if (broken.length > 0) this.#broken.push(seed)
    this.#early.add(seed)
    while (this.#early.delete(this.#next)) this.#next += 1
  }

  /** The first seed that has no history yet. */
  get next(): number {
    return this.#next
  }

  /** The least seed whose history broke a promise. */
  get firstBroken(): number | undefined {
    return this.#broken.length === 0 ? undefined : Math.min(...this.#broken)
  }

  describe(seeds: number, seconds: number): string {
    const promises =
      this.#broken.length === 0 ? 'all promises kept' : `promises broken in ${this.#broken.length}`
    const least = this.#count === 0 ? 0 : this.#leastSteps
    return (
      `${this.#count} of ${seeds} histories in ${seconds.toFixed(0)} s: ${this.#steps} steps, at least ${least} in each, ` +
      `${this.#transactions} transactions, ${this.#faults} faults; ${promises}`
    )
  }
}
