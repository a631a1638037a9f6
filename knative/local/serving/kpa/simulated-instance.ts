import { QUEUE_FACTOR } from './queue-limits.ts'
import { WaitingLine } from './waiting-line.ts'

export type SimulatedRequest = {
  readonly atMs: number
  /** Work for the instance's one thread. */
  readonly cpuMs: number
  /** Then it waits for others, such as the database, and leaves the thread to the next. */
  readonly waitMs: number
}

/** An instance with a queue before it, and one thread that works on one request after the other. */
export class SimulatedInstance {
  state: 'starting' | 'ready' | 'ending' = 'starting'
  inFlight = 0
  /** Not before this moment is one that ends gone. */
  goneMs = Number.POSITIVE_INFINITY
  readonly queue = new WaitingLine<SimulatedRequest>()
  readonly #slots: number
  readonly #cpu: number
  #threadFreeMs = 0

  /** `cpu`: cores that its one thread has. A containerConcurrency of 0 limits nothing. */
  constructor(containerConcurrency: number, cpu: number) {
    this.#slots = containerConcurrency || Number.POSITIVE_INFINITY
    this.#cpu = Math.min(1, cpu)
  }

  get hasSlot(): boolean {
    return this.inFlight < this.#slots
  }

  get hasPlaceInQueue(): boolean {
    return this.queue.length < QUEUE_FACTOR * this.#slots
  }

  get isIdle(): boolean {
    return this.inFlight === 0 && this.queue.length === 0
  }

  /** Takes a request into a slot; answers when it will be done. */
  serve({ cpuMs, waitMs }: SimulatedRequest, nowMs: number): number {
    this.inFlight += 1
    this.#threadFreeMs = Math.max(this.#threadFreeMs, nowMs) + cpuMs / this.#cpu
    return this.#threadFreeMs + waitMs
  }
}
