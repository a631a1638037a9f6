import { type KpaSettings, targetOf } from './kpa-settings.ts'
import { WindowMaximum } from './window-maximum.ts'

/** Requests in progress, over all instances and the activator, on average over the two windows. */
export type Observed = { readonly stable: number; readonly panic: number }

export type Scale = {
  /** Instances that the traffic asks for, before the bounds of the revision; 0 is possible. */
  readonly desired: number
  /** Requests that there is room for beyond those in progress and the burst to be prepared for; below 0 there is too little. */
  readonly excessBurstCapacity: number
  readonly isPanicking: boolean
}

/**
 * Says how many instances the traffic asks for. Every rule is of knative/serving pkg/autoscaler/scaling/autoscaler.go
 * (Scale), where it is named.
 */
export class Autoscaler {
  readonly #settings: KpaSettings
  readonly #delay: WindowMaximum | undefined
  #panicSinceMs: number | undefined
  #mostWhilePanicking = 0

  constructor(settings: KpaSettings) {
    this.#settings = settings
    const { scaleDownDelaySeconds, tickSeconds } = settings
    // A delay of one tick is not the same as none: of two decisions in one tick the larger would count.
    if (scaleDownDelaySeconds > 0) this.#delay = new WindowMaximum(scaleDownDelaySeconds, tickSeconds)
  }

  /** Moments must not go back. */
  scale(atMs: number, readyInstances: number, observed: Observed): Scale {
    // Rates and thresholds are of what there is; with nothing there, of one.
    const ready = Math.max(1, readyInstances)
    const { aim } = targetOf(this.#settings)
    const needed = { stable: Math.ceil(observed.stable / aim), panic: Math.ceil(observed.panic / aim) }
    const limited = { stable: this.#limit(needed.stable, ready), panic: this.#limit(needed.panic, ready) }
    this.#panicOrCalm(atMs, needed.panic / ready)
    const desired = this.#panicSinceMs === undefined ? limited.stable : this.#mostInPanic(limited)
    return {
      desired: this.#delay === undefined ? desired : this.#delay.record(atMs, desired),
      excessBurstCapacity: this.#excessBurstCapacity(readyInstances, observed.panic),
      isPanicking: this.#panicSinceMs !== undefined,
    }
  }

  /** At most so many times up and down in one tick; and at once to the activation scale, if there is anything to do. */
  #limit(needed: number, ready: number): number {
    const { maxScaleUpRate, maxScaleDownRate, activationScale } = this.#settings
    // Rounded so that one more, and one less, is always possible.
    const most = Math.ceil(maxScaleUpRate * ready)
    const least = Math.floor(ready / maxScaleDownRate)
    const limited = Math.min(Math.max(needed, least), most)
    return needed > 0 && activationScale > 1 ? Math.max(limited, activationScale) : limited
  }

  /** Panic lasts until a whole stable window has passed since the threshold was last reached. */
  #panicOrCalm(atMs: number, neededForEachReady: number): void {
    const { panicThresholdPercentage, windowSeconds } = this.#settings
    if (neededForEachReady >= panicThresholdPercentage / 100) {
      this.#panicSinceMs = atMs
    } else if (this.#panicSinceMs !== undefined && this.#panicSinceMs + windowSeconds * 1000 < atMs) {
      this.#panicSinceMs = undefined
      this.#mostWhilePanicking = 0
    }
  }

  /** Never down in panic. The stable window may ask for more than the panic window, when a surge is just over. */
  #mostInPanic({ stable, panic }: Observed): number {
    this.#mostWhilePanicking = Math.max(this.#mostWhilePanicking, stable, panic)
    return this.#mostWhilePanicking
  }

  /** Of the panic window, so that one second's dip does not move the activator; rounded down, so that a little too little is too little. */
  #excessBurstCapacity(readyInstances: number, inProgress: number): number {
    const { targetBurstCapacity } = this.#settings
    if (targetBurstCapacity === 0) return 0
    if (targetBurstCapacity < 0) return -1
    return Math.floor(readyInstances * targetOf(this.#settings).room - targetBurstCapacity - inProgress)
  }
}
