import { emptySample, type SecondSample } from '../../knative/local/serving/kpa/second-sample.ts'
import { QUIET_MS } from '../../knative/local/serving/kpa/simulated-instances.ts'
import type { ServedState } from '../../knative/local/serving/revision.ts'
import type { Latency, MeasuresListener } from '../load/measures.ts'

/** What stands for 503, in answers of the gateway, of a function, and to a read. */
const REFUSED = /^(unavailable|overloaded)$|\b503$/
const TIMED_OUT = /\b504$/

/**
 * Gathers what a simulation would say of each second. A request and its latency belong to the second in which it was meant to arrive, a
 * failure to the one in which it was answered. Times are milliseconds of `performance.now()`.
 */
export class LiveSeconds implements MeasuresListener {
  readonly #beginMs: number
  readonly #watched: Latency
  readonly #samples: readonly SecondSample[]
  /** In which second each instance was told to end that is still to be paid for. */
  #ended: number[] = []
  #wanted = 0

  constructor({ beginMs, seconds, watched }: { beginMs: number; seconds: number; watched: Latency }) {
    this.#beginMs = beginMs
    this.#watched = watched
    const nothing = { desired: 0, isPanicking: false, activatorInPath: false }
    this.#samples = Array.from({ length: seconds }, () => emptySample(nothing))
  }

  get samples(): readonly SecondSample[] {
    return this.#samples
  }

  arrived(intendedMs: number): void {
    const sample = this.#at(intendedMs)
    if (sample !== undefined) sample.arrived += 1
  }

  latency(which: Latency, intendedMs: number, milliseconds: number): void {
    if (which === this.#watched) this.#at(intendedMs)?.latencies.push(milliseconds)
  }

  /** What fails after the last second counts in it, and what fails before the first does not. */
  error(code: string, count: number): void {
    const lastMs = this.#beginMs + this.#samples.length * 1000 - 1
    const sample = this.#at(Math.min(performance.now(), lastMs))
    if (sample === undefined) return
    if (REFUSED.test(code)) sample.refused += count
    else if (TIMED_OUT.test(code)) sample.timedOut += count
    else sample.failed += count
  }

  /** At the end of a second, the first of which is 0. */
  look(second: number, { wanted, ...state }: ServedState): void {
    const sample = this.#samples[second]
    if (sample === undefined) return
    // As a cluster would have it paid for: queue-proxy stays until nobody sends to it any more.
    this.#ended = this.#ended.filter(ended => second - ended < QUIET_MS / 1000)
    for (let count = wanted; count < this.#wanted; count += 1) this.#ended.push(second)
    this.#wanted = wanted
    Object.assign(sample, { wanted, ...state, instanceSeconds: wanted + this.#ended.length })
  }

  /** Percent of a core that its processes used in each second. */
  used(cpuPercents: readonly (number | undefined)[]): void {
    for (const [second, sample] of this.#samples.entries())
      sample.cpuSeconds = (cpuPercents[second] ?? 0) / 100
  }

  #at(ms: number): SecondSample | undefined {
    return this.#samples[Math.floor((ms - this.#beginMs) / 1000)]
  }
}
