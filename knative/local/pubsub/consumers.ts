import type { ServiceError } from './service-error.ts'

/** Someone who takes messages: a push pump, a waiting pull or a stream. */
export interface Consumer {
  /** Messages may be ready: take what there is room for. */
  wake(): void
  /** There will be no more; the reason is for the caller. */
  closed(reason: ServiceError): void
}

/** Who takes a subscription's messages, in turn. */
export class Consumers {
  readonly #consumers = new Set<Consumer>()
  readonly #hasReady: () => boolean
  #wakeScheduled = false

  constructor(hasReady: () => boolean) {
    this.#hasReady = hasReady
  }

  /** Returns what removes the consumer again. */
  add(consumer: Consumer): () => void {
    this.#consumers.add(consumer)
    this.wake()
    return () => this.#consumers.delete(consumer)
  }

  /** Wakes them once, after the running step: a request that publishes 1,000 messages wakes them once. */
  wake(): void {
    if (this.#wakeScheduled) return
    this.#wakeScheduled = true
    queueMicrotask(() => {
      this.#wakeScheduled = false
      for (const consumer of [...this.#consumers]) {
        if (!this.#hasReady()) return
        consumer.wake()
        // Last in line next time, so that several streams share the messages.
        if (this.#consumers.delete(consumer)) this.#consumers.add(consumer)
      }
    })
  }

  close(reason: ServiceError): void {
    for (const consumer of [...this.#consumers]) consumer.closed(reason)
    this.#consumers.clear()
  }
}
