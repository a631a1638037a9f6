/**
 * The share of the typical time after which the first look is: short of it, so that a falling time is
 * noticed.
 */
const FIRST_LOOK = 0.7
/** Longer than this is a standstill, which says nothing of the time after it. */
const LONGEST_MILLISECONDS = 1_000

/**
 * How long a transaction took to become final of late, in milliseconds. Looking for the first time after
 * about that long saves the looks that would find nothing, each of which costs the service a query.
 */
export class TypicalLatency {
  #milliseconds = 0

  get firstLook(): number {
    return this.#milliseconds * FIRST_LOOK
  }

  /** The last ten or so count. */
  learn(milliseconds: number): void {
    this.#milliseconds += (Math.min(milliseconds, LONGEST_MILLISECONDS) - this.#milliseconds) / 10
  }
}
