import { table } from '../load/report.ts'
import { formatNumber } from '../pubsub-benchmark/report.ts'
import type { Figures, Outcome } from './outcome.ts'
import type { ScalingSettings, Variant } from './scaling-settings.ts'

const MILLION = 1_000_000

/** What the settings come to, beside each other, as Markdown. */
export function comparisonLines(outcomes: readonly Outcome[]): string[] {
  const row = (name: string, read: (figures: Figures) => string) => [
    name,
    ...outcomes.map(({ figures }) => read(figures)),
  ]
  const milliseconds = (name: string, read: (figures: Figures) => number | null) =>
    row(name, figures => inMilliseconds(read(figures)))
  return table(
    ['', ...outcomes.map(({ label }, index) => `${'AB'[index]}: ${label}`)],
    [
      row('requests', ({ requests }) => formatNumber(requests)),
      row('refused with 503', ({ refused, requests }) => share(refused, requests)),
      row('over the timeout, 504', ({ timedOut, requests }) => share(timedOut, requests)),
      milliseconds('p50', ({ p50 }) => p50),
      milliseconds('p95', ({ p95 }) => p95),
      milliseconds('p99', ({ p99 }) => p99),
      milliseconds('slowest', ({ slowest }) => slowest),
      row('instances ready, most', ({ mostReady }) => String(mostReady)),
      row('instance hours', ({ instanceHours }) => instanceHours.toFixed(2)),
      row('CPU of requests', ({ cpuSeconds }) => `${formatNumber(Math.round(cpuSeconds))} s`),
      row(
        'CPU of requests in an instance, on average',
        ({ cpuSeconds, instanceHours }) =>
          `${((100 * cpuSeconds) / (instanceHours * 3600)).toFixed(0)} % of a core`,
      ),
      row('in panic', ({ panicSeconds }) => `${formatNumber(panicSeconds)} s`),
      row('activator in the path', ({ activatorSeconds }) => `${formatNumber(activatorSeconds)} s`),
      row('cost', ({ cost }) => `${cost.toPrecision(3)} USD`),
      row(
        'cost of a million requests',
        ({ cost, requests }) => `${((cost * MILLION) / requests).toPrecision(3)} USD`,
      ),
    ],
  )
}

function inMilliseconds(value: number | null): string {
  return value === null ? 'none' : `${formatNumber(Number(value.toPrecision(3)))} ms`
}

function share(count: number, all: number): string {
  return count === 0 ? '0' : `${formatNumber(count)} (${((100 * count) / all).toPrecision(2)} %)`
}

/** All that the settings are, and what was taken to be so, as a list in Markdown. */
export function assumptionLines({ variants, ...settings }: ScalingSettings): string[] {
  const { profile, service, coldStartSeconds, prices, seed } = settings
  const { name, what, base, peak } = profile
  const p90 = service.waitMedianMs * Math.exp(1.2816 * service.waitSigma)
  return [
    ...variants.map((variant, index) => `- ${'AB'[index]}: ${describe(variant)}.`),
    `- Profile ${name}: ${what}; ${formatNumber(base)} and ${formatNumber(peak)} requests a second, Poisson, seed ${seed}.`,
    `- A request keeps its instance's one thread for ${service.cpuMs.toFixed(2)} ms, one after the other, and then waits for others: ` +
      `${service.waitMedianMs.toFixed(1)} ms for half of them, ${p90.toFixed(1)} ms for nine of ten (${service.source}).`,
    `- Assumed: an instance is ready ${coldStartSeconds} s after it was decided on.`,
    `- Assumed: ${prices.cpuHour} USD an hour for a vCPU and ${prices.gibHour} USD for a GiB, of what an instance requests while it is there.`,
  ]
}

function describe({ settings: { kpa, cpu, cpuRequest, memoryRequestGib, timeoutSeconds } }: Variant): string {
  return [
    `min ${kpa.minScale}, max ${kpa.maxScale}, initial ${kpa.initialScale}, activation ${kpa.activationScale}`,
    `concurrency ${kpa.containerConcurrency}, target ${kpa.target} × ${Math.round(kpa.targetUtilization * 100)} %`,
    `window ${kpa.windowSeconds} s, panic at ${kpa.panicThresholdPercentage} % in ${kpa.panicWindowPercentage} % of it`,
    `burst capacity ${kpa.targetBurstCapacity}, delay ${kpa.scaleDownDelaySeconds} s, retention ${kpa.retentionSeconds} s`,
    `${cpu} vCPU, timeout ${timeoutSeconds} s, requests ${cpuRequest} vCPU and ${memoryRequestGib} GiB`,
  ].join('; ')
}
