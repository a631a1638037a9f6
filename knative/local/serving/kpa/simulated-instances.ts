import { FIRST_FREE_UP_TO } from './queue-limits.ts'
import { SimulatedInstance } from './simulated-instance.ts'

/** After SIGTERM queue-proxy waits until nobody sends to it any more (pkg/queue/sharedmain/main.go, drainSleepDuration). */
export const QUIET_MS = 30_000

export type InstanceShape = { readonly containerConcurrency: number; readonly cpu: number }

/** The instances of a revision: those that start, those that take requests, and those that end. */
export class SimulatedInstances {
  readonly #shape: InstanceShape
  #starting: SimulatedInstance[] = []
  #ready: SimulatedInstance[] = []
  readonly #ending = new Set<SimulatedInstance>()
  #turn = 0

  constructor(shape: InstanceShape) {
    this.#shape = shape
  }

  get readyCount(): number {
    return this.#ready.length
  }

  /** All that there are, which is what is paid for. */
  get count(): number {
    return this.#starting.length + this.#ready.length + this.#ending.size
  }

  get inFlight(): number {
    return this.#sum(({ inFlight }) => inFlight)
  }

  get queued(): number {
    return this.#sum(({ queue }) => queue.length)
  }

  /** Starts or ends as many as it takes to have so many; answers those that begin to start and those that begin to end. */
  scaleTo(desired: number, nowMs: number): { started: SimulatedInstance[]; ended: SimulatedInstance[] } {
    const { containerConcurrency, cpu } = this.#shape
    const surplus = this.#starting.length + this.#ready.length - desired
    const started = Array.from(
      { length: Math.max(0, -surplus) },
      () => new SimulatedInstance(containerConcurrency, cpu),
    )
    this.#starting.push(...started)
    // Kubernetes ends first what is not ready yet, and then what is youngest.
    for (let index = 0; index < surplus && this.#starting.length > 0; index += 1) {
      const given = this.#starting.pop()
      if (given) given.state = 'ending'
    }
    const ended = this.#ready.splice(Math.min(desired, this.#ready.length))
    for (const instance of ended) {
      instance.state = 'ending'
      instance.goneMs = nowMs + QUIET_MS
      this.#ending.add(instance)
    }
    return { started, ended }
  }

  /** Answers false if it was told to end before it was ready. */
  becomeReady(instance: SimulatedInstance): boolean {
    if (instance.state !== 'starting') return false
    instance.state = 'ready'
    this.#starting = this.#starting.filter(other => other !== instance)
    this.#ready.push(instance)
    return true
  }

  /** Lets go of one that ends, when it is time and it has nothing more to do. */
  releaseIfDone(instance: SimulatedInstance, nowMs: number): void {
    if (instance.state === 'ending' && nowMs >= instance.goneMs && instance.isIdle)
      this.#ending.delete(instance)
  }

  /** The next in turn, as a load balancer takes it, which does not know what each has. */
  next(): SimulatedInstance | undefined {
    this.#turn += 1
    return this.#ready[this.#turn % this.#ready.length]
  }

  /** One with a free slot, as the activator takes it; undefined if none has one. */
  free(): SimulatedInstance | undefined {
    const { containerConcurrency } = this.#shape
    if (containerConcurrency > 0 && containerConcurrency <= FIRST_FREE_UP_TO)
      return this.#ready.find(({ hasSlot }) => hasSlot)
    for (let tried = 0; tried < this.#ready.length; tried += 1) {
      const instance = this.next()
      if (instance?.hasSlot) return instance
    }
    return undefined
  }

  #sum(read: (instance: SimulatedInstance) => number): number {
    let sum = 0
    for (const instance of this.#ready) sum += read(instance)
    for (const instance of this.#ending) sum += read(instance)
    return sum
  }
}
