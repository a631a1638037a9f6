import type { Exchange } from './exchange.ts'
import type { InstanceQueue } from './instance-queue.ts'
import { ACTIVATOR_DEPTH, FIRST_FREE_UP_TO } from './kpa/queue-limits.ts'
import { LateWatch } from './late-watch.ts'
import { Line } from './line.ts'

/**
 * Holds requests while no instance is free to begin them, and gives an instance no more than it can begin at once: what a function
 * at zero needs, and what spreads a burst evenly.
 */
export class Activator {
  readonly #queues: () => readonly InstanceQueue[]
  readonly #takesFirstFree: boolean
  readonly #line = new Line<Exchange>()
  readonly #late = new LateWatch(this.#line)
  #next = 0

  /** Hands requests to those queues that are there, and ready, when it is asked to. */
  constructor(containerConcurrency: number, queues: () => readonly InstanceQueue[]) {
    this.#queues = queues
    this.#takesFirstFree = containerConcurrency > 0 && containerConcurrency <= FIRST_FREE_UP_TO
  }

  get held(): number {
    return this.#line.length
  }

  /** False if it holds as many as it may. */
  take(exchange: Exchange): boolean {
    const queue = this.#line.length === 0 ? this.#pick() : undefined
    if (queue !== undefined) return queue.take(exchange)
    if (this.#line.length >= ACTIVATOR_DEPTH) return false
    this.#line.push(exchange)
    this.#late.look()
    return true
  }

  /** Hands out what can begin now; to be called when an instance is ready, or could take one more. */
  handOut(): void {
    while (this.#line.length > 0) {
      const queue = this.#pick()
      if (queue === undefined) return
      const exchange = this.#line.shift()
      if (exchange !== undefined) queue.take(exchange)
    }
  }

  /** Lets go of the first that it holds. */
  release(): Exchange | undefined {
    return this.#line.shift()
  }

  #pick(): InstanceQueue | undefined {
    const queues = this.#queues()
    const first = this.#takesFirstFree ? 0 : this.#next
    for (let step = 0; step < queues.length; step += 1) {
      const index = (first + step) % queues.length
      const queue = queues[index]
      if (queue?.isFree && !queue.isDoubted) {
        this.#next = index + 1
        return queue
      }
    }
    return undefined
  }
}
