import type { Dispatcher } from 'undici'
import type { Exchange, Place } from './exchange.ts'
import { QUEUE_FACTOR } from './kpa/queue-limits.ts'
import { LateWatch } from './late-watch.ts'
import { Line } from './line.ts'

export type QueueOptions = {
  readonly client: Dispatcher
  /** Most requests at once; 0 for as many as come, as in a manifest. */
  readonly containerConcurrency: number
  /** Told when it could take one more without letting it wait. */
  readonly onFree: () => void
  /** Told when the way to the instance has failed; whoever that is says `trust` when the instance answers. */
  readonly onDoubt: () => void
}

/** What stands in front of an instance, as queue-proxy does: so many requests at once, so many waiting, no more. */
export class InstanceQueue implements Place {
  readonly #options: QueueOptions
  readonly #mostAtOnce: number
  readonly #mostWaiting: number
  /** All that it has: first those in flight, then those that wait. */
  readonly #line = new Line<Exchange>()
  readonly #late = new LateWatch(this.#line)
  #firstWaiting: Exchange | undefined
  #inFlight = 0
  #isDoubted = false
  #sentAtMs = 0

  constructor(options: QueueOptions) {
    this.#options = options
    this.#mostAtOnce = options.containerConcurrency || Number.POSITIVE_INFINITY
    this.#mostWaiting = QUEUE_FACTOR * this.#mostAtOnce
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get waiting(): number {
    return this.#line.length - this.#inFlight
  }

  /** One more would not wait. */
  get isFree(): boolean {
    return this.#inFlight < this.#mostAtOnce
  }

  /** The way to the instance has failed, and it has not answered since: what can wait elsewhere had better. */
  get isDoubted(): boolean {
    return this.#isDoubted
  }

  /** By `performance.now()`. */
  get lastSentMs(): number {
    return this.#sentAtMs
  }

  /** False if it is full; the request is then as it was. */
  take(exchange: Exchange): boolean {
    if (!this.isFree && this.waiting >= this.#mostWaiting) return false
    exchange.queue = this
    this.#line.push(exchange)
    this.#late.look()
    if (this.isFree) this.#send(exchange)
    else this.#firstWaiting ??= exchange
    return true
  }

  /** A request is over. */
  left(exchange: Exchange, hasFailed: boolean): void {
    if (exchange === this.#firstWaiting) this.#firstWaiting = exchange.behind
    this.#line.remove(exchange)
    if (exchange.isWaiting) return
    this.#inFlight -= 1
    if (hasFailed && !this.#isDoubted) {
      this.#isDoubted = true
      this.#options.onDoubt()
    }
    const next = this.#firstWaiting
    if (next === undefined) this.#options.onFree()
    else {
      this.#firstWaiting = next.behind
      this.#send(next)
    }
  }

  /** The instance answers again. */
  trust(): void {
    this.#isDoubted = false
    this.#options.onFree()
  }

  /** Answers 503 to those that wait. */
  refuseWaiting(message: string): void {
    while (this.#firstWaiting !== undefined) this.#firstWaiting.fail(message)
  }

  #send(exchange: Exchange): void {
    this.#inFlight += 1
    this.#sentAtMs = performance.now()
    exchange.send(this.#options.client)
  }
}
