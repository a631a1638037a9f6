import type { SecondSample } from '../../knative/local/serving/kpa/second-sample.ts'
import type { Prices, Variant } from './scaling-settings.ts'

const MOST_POINTS = 720
const HOUR_SECONDS = 3600

/** Of some seconds together: counts a second, the most of what waits or is there, percentiles of all that arrived in them. */
export type Point = {
  /** At its end, since the profile began. */
  readonly second: number
  readonly arrived: number
  readonly wanted: number
  readonly ready: number
  readonly inFlight: number
  readonly queued: number
  /** Milliseconds; null where nothing was answered well. */
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly errors: number
  readonly cpuSeconds: number
  /** USD since the profile began. */
  readonly cost: number
}

export type Figures = {
  readonly requests: number
  readonly refused: number
  readonly timedOut: number
  /** In another way; of a simulation none. */
  readonly failed: number
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly slowest: number | null
  readonly mostReady: number
  readonly instanceHours: number
  readonly cpuSeconds: number
  readonly panicSeconds: number
  readonly activatorSeconds: number
  readonly cost: number
}

export type Outcome = {
  readonly label: string
  readonly settings: Variant['settings']
  readonly figures: Figures
  readonly points: readonly Point[]
  /** What else was seen of a live run, a sentence each. */
  readonly notes?: readonly string[]
  /** Of a live run: whether a promise was broken. */
  readonly isBroken?: boolean
}

/** What a run came to: in all, and over time in at most 720 points. */
export function outcomeOf(
  { label, settings }: Variant,
  seconds: readonly SecondSample[],
  prices: Prices,
): Outcome {
  const perSecond =
    (settings.cpuRequest * prices.cpuHour + settings.memoryRequestGib * prices.gibHour) / HOUR_SECONDS
  const step = Math.ceil(seconds.length / MOST_POINTS)
  let cost = 0
  const points: Point[] = []
  for (let second = 0; second < seconds.length; second += step) {
    const those = seconds.slice(second, second + step)
    cost += perSecond * sum(those, sample => sample.instanceSeconds)
    points.push({ ...pointOf(those), second: second + those.length, cost })
  }
  return { label, settings, figures: { ...figuresOf(seconds), cost }, points }
}

function pointOf(those: readonly SecondSample[]): Omit<Point, 'second' | 'cost'> {
  const latencies = sorted(those)
  const rate = (read: (sample: SecondSample) => number) => sum(those, read) / those.length
  const most = (read: (sample: SecondSample) => number) => Math.max(...those.map(read))
  return {
    arrived: rate(({ arrived }) => arrived),
    ...{ wanted: most(({ wanted }) => wanted), ready: most(({ ready }) => ready) },
    ...{ inFlight: most(({ inFlight }) => inFlight), queued: most(({ queued }) => queued) },
    ...{ p50: percentile(latencies, 50), p95: percentile(latencies, 95), p99: percentile(latencies, 99) },
    errors: rate(({ refused, timedOut, failed }) => refused + timedOut + failed),
    cpuSeconds: sum(those, ({ cpuSeconds }) => cpuSeconds),
  }
}

function figuresOf(seconds: readonly SecondSample[]): Omit<Figures, 'cost'> {
  const latencies = sorted(seconds)
  const total = (read: (sample: SecondSample) => number) => sum(seconds, read)
  return {
    requests: total(({ arrived }) => arrived),
    refused: total(({ refused }) => refused),
    timedOut: total(({ timedOut }) => timedOut),
    failed: total(({ failed }) => failed),
    ...{ p50: percentile(latencies, 50), p95: percentile(latencies, 95), p99: percentile(latencies, 99) },
    slowest: percentile(latencies, 100),
    mostReady: Math.max(...seconds.map(({ ready }) => ready)),
    instanceHours: total(({ instanceSeconds }) => instanceSeconds) / HOUR_SECONDS,
    cpuSeconds: total(({ cpuSeconds }) => cpuSeconds),
    panicSeconds: total(({ isPanicking }) => Number(isPanicking)),
    activatorSeconds: total(({ activatorInPath }) => Number(activatorInPath)),
  }
}

function sorted(seconds: readonly SecondSample[]): Float64Array {
  const all = new Float64Array(sum(seconds, ({ latencies }) => latencies.length))
  let at = 0
  for (const { latencies } of seconds) {
    all.set(latencies, at)
    at += latencies.length
  }
  return all.sort()
}

/** The least value that so many percent do not exceed. */
export function percentile(ascending: Float64Array, percent: number): number | null {
  return ascending[Math.max(0, Math.ceil((ascending.length * percent) / 100) - 1)] ?? null
}

function sum(samples: readonly SecondSample[], read: (sample: SecondSample) => number): number {
  let all = 0
  for (const sample of samples) all += read(sample)
  return all
}
