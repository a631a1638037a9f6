import type { Clock, Timer } from './clock.ts'
import type { MessageCopy } from './ordering.ts'

/**
 * The messages a subscription keeps, in publish order, and the timer that ends their retention: a message leaves when
 * it is deleted or, acknowledged or not, when it is older than the retention (google.pubsub.v1 Subscription).
 */
export class Retained {
  // A Set keeps the order and lets go of a message anywhere in it, so that one stuck message holds no others.
  readonly #copies = new Set<MessageCopy>()
  readonly #clock: Clock
  readonly #retentionMs: () => number
  readonly #onExpired: (copy: MessageCopy) => void
  #timer: Timer | undefined

  constructor(clock: Clock, retentionMs: () => number, onExpired: (copy: MessageCopy) => void) {
    this.#clock = clock
    this.#retentionMs = retentionMs
    this.#onExpired = onExpired
  }

  [Symbol.iterator](): IterableIterator<MessageCopy> {
    return this.#copies.values()
  }

  /** Walks past acknowledged messages that are kept: for the status page, not for deliveries. */
  oldestUnacked(): MessageCopy | undefined {
    for (const copy of this.#copies) {
      if (!copy.acked) return copy
    }
    return undefined
  }

  add(copy: MessageCopy): void {
    this.#copies.add(copy)
    if (this.#timer === undefined) this.#arm(copy)
  }

  delete(copy: MessageCopy): void {
    this.#copies.delete(copy)
    if (this.#copies.size === 0) this.#disarm()
  }

  /** Applies a retention that was changed. */
  refresh(): void {
    this.#disarm()
    this.#expire()
  }

  clear(): void {
    this.#copies.clear()
    this.#disarm()
  }

  #expire(): void {
    const endedMs = this.#clock.now() - this.#retentionMs()
    for (const copy of this.#copies) {
      if (copy.message.publishTimeMs > endedMs) {
        this.#arm(copy)
        return
      }
      this.#copies.delete(copy)
      this.#onExpired(copy)
    }
  }

  /** For the oldest; when it is gone earlier, the timer rings in vain and is set for the next. */
  #arm(oldest: MessageCopy): void {
    const delayMs = oldest.message.publishTimeMs + this.#retentionMs() - this.#clock.now()
    this.#timer = this.#clock.setTimer(Math.max(0, delayMs), () => {
      this.#timer = undefined
      this.#expire()
    })
  }

  #disarm(): void {
    if (this.#timer) this.#clock.clearTimer(this.#timer)
    this.#timer = undefined
  }
}
