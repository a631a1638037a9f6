import { Autoscaler, type Scale } from './autoscaler.ts'
import { DeployedScale } from './deployed-scale.ts'
import { type KpaSettings, panicWindowSeconds, targetOf } from './kpa-settings.ts'
import { WindowAverage } from './window-average.ts'

export { type KpaSettings, kpaSettings } from './kpa-settings.ts'

export type KpaDecision = {
  /** Instances that there are to be: with bounds, delay and the way to zero. */
  readonly desired: number
  readonly isPanicking: boolean
  readonly excessBurstCapacity: number
  /** Whether requests go through the activator, which holds those that no instance has room for. */
  readonly activatorInPath: boolean
  /** Requests in progress on average over the stable window, and over the panic window. */
  readonly stableConcurrency: number
  readonly panicConcurrency: number
}

/**
 * Knative's autoscaler of one revision that gets traffic, from its first instance on. Pure: it is told the time, in
 * milliseconds of any clock that does not go back.
 *
 * Call `record` once a second and `decide` every `tickSeconds`. When a request arrives while `desired` is 0, call
 * `record(now, 1)` and `decide` at once, and take that 1 off the next second's figure, down to 0: so does Knative's
 * activator (pkg/activator/handler/concurrency_reporter.go; multiscaler.go, Poke).
 */
export class Kpa {
  readonly #settings: KpaSettings
  readonly #stable: WindowAverage
  readonly #panic: WindowAverage
  readonly #autoscaler: Autoscaler
  readonly #deployed: DeployedScale
  #scale: Omit<Scale, 'desired'> & { readonly desired: number | undefined }
  #ready = 0

  constructor(settings: KpaSettings) {
    this.#settings = settings
    this.#stable = new WindowAverage(settings.windowSeconds)
    this.#panic = new WindowAverage(panicWindowSeconds(settings))
    this.#autoscaler = new Autoscaler(settings)
    this.#deployed = new DeployedScale(settings)
    this.#scale = {
      desired: undefined,
      excessBurstCapacity: firstBurstCapacity(settings),
      isPanicking: false,
    }
  }

  /** The average number of requests in progress in the last second: in instances, in their queues, and held by the activator. */
  record(atMs: number, concurrency: number): void {
    // Without instances there is nobody to ask, and an activator without requests reports nothing (metrics/collector.go).
    // Seconds of silence, not of 0: otherwise they would weaken the first seconds after.
    if (concurrency === 0 && this.#ready === 0) return
    this.#stable.record(atMs, concurrency)
    this.#panic.record(atMs, concurrency)
  }

  /** What is to be from now on; `readyInstances` are those that can take requests. */
  decide(atMs: number, readyInstances: number): KpaDecision {
    this.#ready = readyInstances
    const observed = { stable: this.#stable.average(atMs), panic: this.#panic.average(atMs) }
    // What nobody has measured decides nothing; but who is always behind the activator is always measured (metrics/collector.go).
    if (!this.#stable.isEmpty(atMs) || this.#settings.targetBurstCapacity === -1)
      this.#scale = this.#autoscaler.scale(atMs, readyInstances, observed)
    const { desired, excessBurstCapacity, isPanicking } = this.#scale
    const { replicas, activatorInPath } = this.#deployed.reconcile(
      atMs,
      desired,
      readyInstances,
      excessBurstCapacity,
    )
    return {
      ...{ desired: replicas, isPanicking, excessBurstCapacity, activatorInPath },
      ...{ stableConcurrency: observed.stable, panicConcurrency: observed.panic },
    }
  }
}

/** Before anything is measured it is taken to be that of the initial instances, idle (multiscaler.go, createScaler). */
function firstBurstCapacity(settings: KpaSettings): number {
  const { targetBurstCapacity, initialScale } = settings
  return targetBurstCapacity <= 0
    ? targetBurstCapacity
    : Math.trunc(initialScale * targetOf(settings).room - targetBurstCapacity)
}
