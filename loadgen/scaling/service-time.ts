import { readFileSync } from 'node:fs'

/** How long a request keeps an instance that has nothing else to do: its thread, and then a wait for others. */
export type ServiceTime = {
  readonly cpuMs: number
  /** The wait has a logarithmic normal distribution, with this median and this deviation of its logarithm. */
  readonly waitMedianMs: number
  readonly waitSigma: number
  /** Where the figures come from, for the report. */
  readonly source: string
}

/** A run with one transfer a request, where little waits for the processor. */
const MEASURED = 'docs/performance/latency/result.json'
/** Standard deviations between the median and the 90th percentile of a normal distribution. */
const P90_DEVIATIONS = 1.2816

type Percentiles = { readonly p50: number; readonly p90: number }
type Measured = {
  readonly settings: { readonly reads: number; readonly orders: number }
  readonly rates: { readonly accepted: number }
  readonly latencies: Readonly<Record<'accept' | 'decided' | 'read', Percentiles>>
  readonly processes: readonly { readonly name: string; readonly mean: { readonly cpuPercent: number } }[]
}

/**
 * The service time of a function as it was measured: its CPU in that run, shared among its requests, and the latency of
 * what it did. Undefined for a function that had nothing to do in that run.
 */
export function measuredServiceTime(name: string): ServiceTime | undefined {
  const text = readFileSync(new URL(`../../${MEASURED}`, import.meta.url), 'utf8')
  const { settings, rates, latencies, processes } = JSON.parse(text) as Measured
  const requests = rates.accepted / settings.orders
  const measured: Partial<Record<string, Percentiles & { readonly perSecond: number }>> = {
    ingest: { ...latencies.accept, perSecond: requests },
    worker: { ...latencies.decided, perSecond: requests },
    status: { ...latencies.read, perSecond: settings.reads },
  }
  const its = measured[name]
  const cpuPercent = processes.find(process => process.name === name)?.mean.cpuPercent
  if (its === undefined || cpuPercent === undefined) return undefined
  const { perSecond, p50, p90 } = its
  return serviceTimeOf({ cpuMs: (cpuPercent * 10) / perSecond, p50, p90 }, MEASURED)
}

/** From CPU, and the median and 90th percentile of the whole time, in milliseconds. Throws if they contradict each other. */
export function serviceTimeOf(
  { cpuMs, p50, p90 }: Percentiles & { readonly cpuMs: number },
  source: string,
): ServiceTime {
  if (!(cpuMs >= 0 && p50 > cpuMs && p90 >= p50))
    throw new Error(`service time ${cpuMs},${p50},${p90}: CPU must be less than p50, and p50 at most p90`)
  const waitMedianMs = p50 - cpuMs
  return { cpuMs, waitMedianMs, waitSigma: Math.log((p90 - cpuMs) / waitMedianMs) / P90_DEVIATIONS, source }
}
