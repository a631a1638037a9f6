import type { ScalingRule } from '../../../../../knative/local/serving/autoscaler.ts'
import type { KpaDecision } from '../../../../../knative/local/serving/kpa/kpa.ts'

/** Decides what a test says, and keeps what it was told. */
export class StandInRule implements ScalingRule {
  desired = 1
  activatorInPath = true
  isPanicking = false
  readonly recorded: number[] = []
  readonly readyWhenAsked: number[] = []
  /** Instances that it asks for when a first request has come to none. */
  desiredWhenPoked = 1

  record(_atMs: number, concurrency: number): void {
    this.recorded.push(concurrency)
    if (this.desired === 0 && concurrency > 0) this.desired = this.desiredWhenPoked
  }

  decide(_atMs: number, readyInstances: number): KpaDecision {
    this.readyWhenAsked.push(readyInstances)
    const { desired, activatorInPath, isPanicking } = this
    const concurrency = this.recorded.at(-1) ?? 0
    return {
      ...{ desired, activatorInPath, isPanicking, excessBurstCapacity: activatorInPath ? -1 : 1 },
      ...{ stableConcurrency: concurrency, panicConcurrency: concurrency },
    }
  }
}
