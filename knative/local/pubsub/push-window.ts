// docs.cloud.google.com/pubsub/docs/push, "delivery rate": "a small single-digit window size".
const FIRST_WINDOW = 3

/**
 * How many pushes may be in flight at once on a subscription. The service starts with a few, allows one more for each
 * acknowledgement, which doubles the window each round trip, and fewer on a failure. Its rules for more than 3,000 in
 * flight do not arise: the emulator stops at its own bound before.
 */
export class PushWindow {
  readonly #max: number
  readonly #slowStart: boolean
  #size: number

  /** Without slow start it is `max` from the first push on, whatever happens. */
  constructor({ max, slowStart }: { max: number; slowStart: boolean }) {
    this.#max = max
    this.#slowStart = slowStart
    this.#size = slowStart ? Math.min(FIRST_WINDOW, max) : max
  }

  get size(): number {
    return this.#size
  }

  recordAck(): void {
    this.#size = Math.min(this.#size + 1, this.#max)
  }

  recordFailure(): void {
    if (this.#slowStart) this.#size = Math.max(1, Math.floor(this.#size / 2))
  }
}
