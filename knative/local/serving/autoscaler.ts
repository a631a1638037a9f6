import type { Clock, Timer } from '../pubsub/clock.ts'
import type { KpaDecision } from './kpa/kpa.ts'

/** Says how many instances there are to be; `Kpa` is Knative's. */
export type ScalingRule = {
  record(atMs: number, concurrency: number): void
  decide(atMs: number, readyInstances: number): KpaDecision
}

/** What is scaled. */
export type Scaled = {
  /** The average number of requests in flight since it was asked the last time. */
  averageConcurrency(): number
  readonly readyCount: number
  /** Brings it to what was decided, without waiting until it is there. */
  follow(decision: KpaDecision): void
}

const SECOND = 1000

/** Measures a revision each second, and has the rule decide each tick. */
export class Autoscaler {
  readonly #scaled: Scaled
  readonly #rule: ScalingRule
  readonly #clock: Clock
  readonly #secondsPerTick: number
  #seconds = 0
  #recordedAhead = 0
  #timer: Timer | undefined
  #isStopped = false

  constructor(
    scaled: Scaled,
    rule: ScalingRule,
    { clock, tickSeconds }: { clock: Clock; tickSeconds: number },
  ) {
    this.#scaled = scaled
    this.#rule = rule
    this.#clock = clock
    this.#secondsPerTick = tickSeconds
  }

  /** Does nothing once it was stopped: what closes while it starts is not to be scaled any more. */
  start(): void {
    if (this.#isStopped) return
    this.#timer = this.#clock.setTimer(SECOND, () => {
      this.start()
      this.#pass()
    })
  }

  stop(): void {
    this.#isStopped = true
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer)
  }

  /** A request has come to a revision at zero: decided at once, as Knative's activator has it. */
  poke(): void {
    // Knative's activator reports the first request at once as one, and leaves it out of the second it is in.
    this.#rule.record(this.#clock.now(), 1)
    this.#recordedAhead = 1
    this.#decide()
  }

  #pass(): void {
    const concurrency = Math.max(0, this.#scaled.averageConcurrency() - this.#recordedAhead)
    this.#recordedAhead = 0
    this.#rule.record(this.#clock.now(), concurrency)
    this.#seconds += 1
    if (this.#seconds % this.#secondsPerTick === 0) this.#decide()
  }

  #decide(): void {
    this.#scaled.follow(this.#rule.decide(this.#clock.now(), this.#scaled.readyCount))
  }
}
