import type { KpaDecision } from './kpa.ts'

/** A second of a revision, simulated or real. Counts of requests are of those that arrived in it, whenever they ended. */
export type SecondSample = {
  arrived: number
  /** Answered 503: no place in a queue. */
  refused: number
  /** Answered 504: not done within `timeoutSeconds`. */
  timedOut: number
  /** Failed in another way, which none does that is simulated. */
  failed: number
  /** Milliseconds from arrival to answer, of those answered well. */
  readonly latencies: number[]
  /** CPU that requests were given in this second; of real ones, that the processes used, their starts too. */
  cpuSeconds: number
  /** All that there were, starting and ending ones too, times how long they were there. */
  instanceSeconds: number
  /** At the end of the second: instances that are to be, and that take requests. */
  wanted: number
  ready: number
  /** At the end of the second: requests in a slot, and those that wait for one, before an instance or in the activator. */
  inFlight: number
  queued: number
  isPanicking: boolean
  activatorInPath: boolean
}

type Decided = Pick<KpaDecision, 'desired' | 'isPanicking' | 'activatorInPath'>

export function emptySample({ desired, isPanicking, activatorInPath }: Decided): SecondSample {
  return {
    ...{ arrived: 0, refused: 0, timedOut: 0, failed: 0, latencies: [], cpuSeconds: 0, instanceSeconds: 0 },
    ...{ wanted: desired, ready: 0, inFlight: 0, queued: 0, isPanicking, activatorInPath },
  }
}
