import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

/** What is measured, and from when to when. */
export const LATENCIES = {
  accept: 'accept: intended arrival to answer',
  told: 'applied: intended arrival to the result, told to a consumer',
  decided: 'applied: acceptedAt to finishedAt, by the service’s clock',
  read: 'status read: intended arrival to answer',
  lag: 'the generator’s own lateness: intended arrival to sending',
} as const
export type Latency = keyof typeof LATENCIES

/** How often something happened in each second of a run. */
class PerSecond {
  readonly #counts: number[] = []

  add(seconds: number, count: number): void {
    const second = Math.max(0, Math.floor(seconds))
    while (this.#counts.length <= second) this.#counts.push(0)
    this.#counts[second] = (this.#counts[second] ?? 0) + count
  }

  get counts(): readonly number[] {
    return this.#counts
  }

  /** From one second to before another. */
  sum(from: number, to: number): number {
    return this.#counts.slice(from, to).reduce((sum, count) => sum + count, 0)
  }
}

/** Who is told of each value, beside what is kept of all of them. */
export type MeasuresListener = {
  latency(which: Latency, intendedMs: number, milliseconds: number): void
  error(code: string, count: number): void
}

/** What a run measures. Times are milliseconds of `performance.now()`. */
export class Measures {
  readonly beginMs: number
  readonly #measureFromMs: number
  readonly #listener: MeasuresListener | undefined
  readonly latencies: Readonly<Record<Latency, RecordableHistogram>>
  readonly accepted = new PerSecond()
  readonly applied = new PerSecond()
  readonly errors = new Map<string, number>()
  #shedInWarmUp = 0
  #lastAppliedSeconds = 0

  /** What was meant for the warm-up counts as done, but not as a latency; what was shed then is no error. */
  constructor(beginMs: number, warmUpSeconds: number, listener?: MeasuresListener) {
    this.beginMs = beginMs
    this.#listener = listener
    this.#measureFromMs = beginMs + warmUpSeconds * 1000
    this.latencies = {
      ...{ accept: newHistogram(), told: newHistogram(), decided: newHistogram() },
      ...{ read: newHistogram(), lag: newHistogram() },
    }
  }

  latency(which: Latency, intendedMs: number, milliseconds: number): void {
    if (intendedMs < this.#measureFromMs) return
    this.#listener?.latency(which, intendedMs, milliseconds)
    // Clocks of two processes may differ by a little, and steps of a clock by more; a histogram begins at 1.
    this.latencies[which].record(Math.max(1, Math.round(milliseconds * 1000)))
  }

  /** So many were applied, so many seconds after the begin. */
  apply(seconds: number, count: number): void {
    if (count === 0) return
    this.applied.add(seconds, count)
    this.#lastAppliedSeconds = Math.max(this.#lastAppliedSeconds, seconds)
  }

  /** When the last was known to be applied, from the begin. */
  get lastAppliedSeconds(): number {
    return this.#lastAppliedSeconds
  }

  secondsAt(nowMs: number): number {
    return (nowMs - this.beginMs) / 1000
  }

  /** So many were not sent, as too many were unanswered. Functions that have just started answer late: that is what a warm-up is for. */
  shed(intendedMs: number, count: number, code = 'shed'): void {
    if (intendedMs < this.#measureFromMs) this.#shedInWarmUp += count
    else this.error(code, count)
  }

  get shedInWarmUp(): number {
    return this.#shedInWarmUp
  }

  error(code: string, count: number): void {
    this.#listener?.error(code, count)
    this.errors.set(code, (this.errors.get(code) ?? 0) + count)
  }
}

/** A day in microseconds: nothing takes longer. */
const LONGEST = 24 * 3600 * 1e6

/** Of microseconds, four digits of each. */
function newHistogram(): RecordableHistogram {
  return createHistogram({ highest: LONGEST, figures: 4 })
}
