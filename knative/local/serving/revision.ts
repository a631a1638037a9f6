import { type Clock, systemClock } from '../pubsub/clock.ts'
import { Activator } from './activator.ts'
import { Autoscaler, type Scaled, type ScalingRule } from './autoscaler.ts'
import { ConcurrencyMeter } from './concurrency-meter.ts'
import type { Exchange, Place } from './exchange.ts'
import { Instance, type InstanceOptions } from './instance.ts'
import { InstanceSet } from './instance-set.ts'
import type { KpaDecision } from './kpa/kpa.ts'

/** A clock that nobody sets. */
const steadyClock: Clock = { ...systemClock, now: () => performance.now() }

/** A function has another number of instances to run, and why. */
export type ScaleChange = {
  readonly name: string
  readonly from: number
  readonly to: number
  /** Requests, held ones with them, when that was decided. */
  readonly inFlight: number
}

/** How the instances of a function follow its requests. */
type Scaling = {
  /** For each revision a rule of its own. */
  readonly rule: () => ScalingRule
  readonly tickSeconds: number
  readonly clock?: Clock
  readonly onChange?: (change: ScaleChange) => void
}

/** How a function stands at a moment. */
export type ServedState = {
  /** Instances that are to be, and those that take requests. */
  readonly wanted: number
  readonly ready: number
  /** Requests that an instance has begun, and those that wait for one, before an instance or in the activator. */
  readonly inFlight: number
  readonly queued: number
  readonly isPanicking: boolean
  readonly activatorInPath: boolean
}

export type RevisionOptions = InstanceOptions & {
  /** Where it begins, and, without `scaling`, what stays. */
  readonly instances: number
  readonly scaling?: Scaling
}

/**
 * The instances of a function that run the same, and what stands before them: the activator, while it is in the path, or else each in
 * turn. Without `scaling` there is no activator: where no instance is ready, the answer is 503.
 */
export class Revision implements Place, Scaled {
  readonly #options: RevisionOptions
  readonly #clock: Clock
  readonly #meter: ConcurrencyMeter
  readonly #instances: InstanceSet
  readonly #activator: Activator
  readonly #autoscaler: Autoscaler | undefined
  #isActivatorInPath: boolean
  #isPanicking = false
  #next = 0

  constructor(options: RevisionOptions) {
    const { scaling, containerConcurrency } = options
    this.#options = options
    this.#clock = scaling?.clock ?? steadyClock
    this.#meter = new ConcurrencyMeter(this.#clock.now())
    const handOut = () => this.#activator.handOut()
    this.#instances = new InstanceSet({
      spawn: () => Instance.spawn(options, handOut),
      onReady: handOut,
    })
    this.#activator = new Activator(containerConcurrency, () => this.#instances.readyQueues)
    // Until something has been measured, Knative has it in the path.
    this.#isActivatorInPath = scaling !== undefined
    if (scaling !== undefined)
      this.#autoscaler = new Autoscaler(this, scaling.rule(), { ...scaling, clock: this.#clock })
  }

  /** Those that take requests. */
  get instances(): readonly Instance[] {
    return this.#instances.ready
  }

  get readyCount(): number {
    return this.#instances.ready.length
  }

  get inFlight(): number {
    return this.#meter.inFlight
  }

  /** Requests that no instance has begun or has in its queue. */
  get held(): number {
    return this.#activator.held
  }

  get state(): ServedState {
    const { wanted, readyQueues } = this.#instances
    const queued = readyQueues.reduce((sum, { waiting }) => sum + waiting, this.held)
    return {
      ...{ wanted, ready: this.readyCount, inFlight: this.inFlight - queued, queued },
      ...{ isPanicking: this.#isPanicking, activatorInPath: this.#isActivatorInPath },
    }
  }

  /** Resolves when it has the instances to begin with, all ready; from then on it is scaled. */
  async start(): Promise<void> {
    await this.#instances.begin(this.#options.instances)
    this.#autoscaler?.start()
  }

  /** Answers a request, sooner or later. */
  take(exchange: Exchange): void {
    exchange.revision = this
    // What it is held and what it waits in a queue count, as in Knative's activator and queue-proxy.
    const deadlineMs = performance.now() + this.#options.timeoutSeconds * 1000
    exchange.deadlineMs = Math.min(exchange.deadlineMs, deadlineMs)
    this.#meter.entered(this.#clock.now())
    const isHeld = this.#autoscaler !== undefined && (this.#isActivatorInPath || this.readyCount === 0)
    const { name } = this.#options
    if (!isHeld) this.#sendInTurn(exchange)
    else if (!this.#activator.take(exchange)) exchange.fail(`${name}: too many requests are held`)
    else if (this.#instances.wanted === 0) this.#autoscaler?.poke()
  }

  /** A request that was here is over. */
  left(): void {
    this.#meter.left(this.#clock.now())
  }

  averageConcurrency(): number {
    return this.#meter.average(this.#clock.now())
  }

  follow({ desired, isPanicking, activatorInPath }: KpaDecision): void {
    this.#isPanicking = isPanicking
    this.#isActivatorInPath = activatorInPath
    const from = this.#instances.wanted
    if (desired === from) return
    this.#instances.scaleTo(desired)
    const { name, scaling } = this.#options
    scaling?.onChange?.({ name, from, to: desired, inFlight: this.#meter.inFlight })
  }

  /** Another has taken its place: that gets what is held, and its instances finish what they have. */
  async retire(successor: Revision): Promise<void> {
    this.#autoscaler?.stop()
    for (let held = this.#activator.release(); held !== undefined; held = this.#activator.release()) {
      this.left()
      successor.take(held)
    }
    this.#instances.scaleTo(0)
    await this.#instances.ended()
  }

  /** Ends all of it now; what is held is answered 503. */
  async close(): Promise<void> {
    this.#autoscaler?.stop()
    for (let held = this.#activator.release(); held !== undefined; held = this.#activator.release())
      held.fail(`${this.#options.name} is ending`)
    await this.#instances.close()
  }

  #sendInTurn(exchange: Exchange): void {
    const { name } = this.#options
    this.#next += 1
    const instance = this.instances[this.#next % this.readyCount]
    if (instance === undefined) exchange.fail(`no instance of ${name} is ready`)
    else if (!instance.queue.take(exchange)) exchange.fail(`${name}: the queue of an instance is full`)
  }
}
