import type { Histogram } from 'node:perf_hooks'
import type { Checked } from './check-database.ts'
import type { Surroundings } from './describe-surroundings.ts'
import type { LoadOutcome, LoadSettings } from './load-run.ts'
import { LATENCIES, type Latency } from './measures.ts'
import type { ProcessSamples, Sample } from './sample-processes.ts'

/** Of a histogram, in milliseconds. */
export type Percentiles = {
  readonly count: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
  /** The whole curve: percent, and the milliseconds that so many percent do not exceed. */
  readonly curve: readonly (readonly [percent: number, milliseconds: number])[]
}

export type ProcessUse = {
  readonly name: string
  readonly mean: Sample
  readonly most: Sample
  /** In each second, percent of one core; null where there was no such process. */
  readonly cpuPercents: readonly (number | null)[]
  /** At the end of each second. */
  readonly memoryMiBs: readonly (number | null)[]
}

/** What is written down of a run. Rates are transfers a second, in the seconds that were measured. */
export type LoadResult = {
  readonly startedAt: string
  readonly surroundings: Surroundings
  readonly settings: LoadSettings
  readonly model: 'open' | 'closed'
  readonly rates: {
    readonly accepted: number
    readonly applied: number
    /** All that was applied, by the time from the first sending to the last that was final. */
    readonly appliedToTheEnd: number
  }
  readonly counts: { readonly sent: number; readonly accepted: number; readonly decided: number }
  readonly lastAppliedSeconds: number
  readonly latencies: Readonly<Partial<Record<Latency, Percentiles>>>
  readonly errors: Readonly<Record<string, number>>
  /** Not sent, as too many were unanswered while the warm-up lasted; no error. */
  readonly shedInWarmUp: number
  readonly processes: readonly ProcessUse[]
  readonly promises: readonly Checked[]
  readonly perSecond: { readonly accepted: readonly number[]; readonly applied: readonly number[] }
}

export type ResultParts = {
  readonly startedAt: string
  readonly surroundings: Surroundings
  readonly settings: LoadSettings
  readonly outcome: LoadOutcome
}

/** Reckons what a run came to. */
export function resultOf({ startedAt, surroundings, settings, outcome }: ResultParts): LoadResult {
  const { journal, measures, processes, promises } = outcome
  const { warmUpSeconds, seconds, rate } = settings
  const measured = (counts: { sum(from: number, to: number): number }) =>
    counts.sum(warmUpSeconds, warmUpSeconds + seconds) / seconds
  const { lastAppliedSeconds } = measures
  return {
    ...{ startedAt, surroundings, settings, model: rate === undefined ? 'closed' : 'open' },
    rates: {
      accepted: measured(measures.accepted),
      applied: measured(measures.applied),
      appliedToTheEnd: journal.decided / Math.max(lastAppliedSeconds, 0.001),
    },
    counts: { sent: journal.sent, accepted: journal.accepted, decided: journal.decided },
    lastAppliedSeconds,
    latencies: Object.fromEntries(
      (Object.keys(LATENCIES) as Latency[])
        .filter(which => measures.latencies[which].count > 0)
        .map(which => [which, percentilesOf(measures.latencies[which])]),
    ),
    errors: Object.fromEntries(measures.errors),
    shedInWarmUp: measures.shedInWarmUp,
    processes: usesOf(processes, warmUpSeconds),
    promises,
    perSecond: { accepted: measures.accepted.counts, applied: measures.applied.counts },
  }
}

/** Whether a run went as it should: no error, and every promise kept. */
export function isSound({ errors, promises }: LoadResult): boolean {
  return Object.keys(errors).length === 0 && promises.every(({ broken }) => broken.length === 0)
}

function percentilesOf(histogram: Histogram): Percentiles {
  const { count, min, max } = histogram
  // Node's has no percentile of 0.
  const at = (percent: number) => (percent === 0 ? min : histogram.percentile(percent)) / 1000
  const curve: [number, number][] = []
  // Ten steps to each nine, as far as there are values to tell them apart.
  for (let nines = 0; 10 ** -nines * count >= 1; nines += 0.1) {
    const percent = 100 * (1 - 10 ** -nines)
    curve.push([percent, at(percent)])
  }
  return { count, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: max / 1000, curve }
}

/** Means and most leave out the warm-up. */
function usesOf(processes: ProcessSamples, warmUpSeconds: number): ProcessUse[] {
  return [...processes].map(([name, samples]) => {
    const measured = samples.slice(warmUpSeconds).flatMap(sample => sample ?? [])
    const of = (read: (values: number[]) => number): Sample => ({
      cpuPercent: read(measured.map(sample => sample.cpuPercent)),
      memoryMiB: read(measured.map(sample => sample.memoryMiB)),
    })
    return {
      name,
      mean: of(values => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)),
      most: of(values => values.reduce((most, value) => Math.max(most, value), 0)),
      cpuPercents: Array.from(samples, sample => sample?.cpuPercent ?? null),
      memoryMiBs: Array.from(samples, sample => (sample ? Math.round(sample.memoryMiB) : null)),
    }
  })
}
