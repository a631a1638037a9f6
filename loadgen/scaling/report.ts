import { QUIET_MS } from '../../knative/local/serving/kpa/simulated-instances.ts'
import { formatNumber } from '../figures/format-number.ts'
import { table } from '../figures/table.ts'
import type { Figures, Outcome } from './outcome.ts'
import type { Model, ScalingSettings, Variant } from './scaling-settings.ts'

const MILLION = 1_000_000

/** What the settings come to, beside each other, as Markdown. */
export function comparisonLines(
  { model }: Pick<ScalingSettings, 'model'>,
  outcomes: readonly Outcome[],
): string[] {
  const cpu = model === undefined ? 'CPU of its processes' : 'CPU of requests'
  const anyFailed = outcomes.some(({ figures }) => figures.failed > 0)
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
      ...(anyFailed ? [row('failed otherwise', ({ failed, requests }) => share(failed, requests))] : []),
      milliseconds('p50', ({ p50 }) => p50),
      milliseconds('p95', ({ p95 }) => p95),
      milliseconds('p99', ({ p99 }) => p99),
      milliseconds('slowest', ({ slowest }) => slowest),
      row('instances ready, most', ({ mostReady }) => String(mostReady)),
      row('instance hours', ({ instanceHours }) => instanceHours.toFixed(2)),
      row(cpu, ({ cpuSeconds }) => orUnknown(cpuSeconds, `${formatNumber(Math.round(cpuSeconds))} s`)),
      row(`${cpu} in an instance, on average`, ({ cpuSeconds, instanceHours }) =>
        orUnknown(cpuSeconds, `${((100 * cpuSeconds) / (instanceHours * 3600)).toFixed(0)} % of a core`),
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

/** A machine that does not say what processes use. */
function orUnknown(cpuSeconds: number, text: string): string {
  return cpuSeconds === 0 ? 'unknown' : text
}

function share(count: number, all: number): string {
  return count === 0 ? '0' : `${formatNumber(count)} (${Number(((100 * count) / all).toPrecision(2))} %)`
}

/** All that the settings are, what was taken to be so, and what else was seen of each, as a list in Markdown. */
export function settingsLines(
  { variants, profile, model, prices, seed }: ScalingSettings,
  outcomes: readonly Outcome[],
): string[] {
  const { name, what, base, peak } = profile
  const arriving = `${what}; ${formatNumber(base)} and ${formatNumber(peak)} requests a second, Poisson, seed ${seed}`
  const notes = outcomes.flatMap(({ notes = [] }, index) => notes.map(note => `- ${'AB'[index]}: ${note}`))
  return [
    ...variants.map((variant, index) => `- ${'AB'[index]}: ${describe(variant)}.`),
    `- Profile ${name}: ${arriving}.`,
    ...(model === undefined ? LIVE_LINES : modelLines(model)),
    `- Assumed: ${prices.cpuHour} USD an hour for a vCPU and ${prices.gibHour} USD for a GiB, of what an instance requests while it is there.`,
    ...notes,
  ]
}

function modelLines({ service, coldStartSeconds }: Model): string[] {
  const { cpuMs, waitMedianMs, waitSigma, source } = service
  const p90 = waitMedianMs * Math.exp(1.2816 * waitSigma)
  return [
    `- A request keeps its instance's one thread for ${cpuMs.toFixed(2)} ms, one after the other, and then waits for others: ` +
      `${waitMedianMs.toFixed(1)} ms for half of them, ${p90.toFixed(1)} ms for nine of ten (${source}).`,
    `- Assumed: an instance is ready ${coldStartSeconds} s after it was decided on.`,
  ]
}

const LIVE_LINES = [
  '- Played in real time on the local stack, a fresh one for each setting; instances are its processes, and share its cores.',
  `- Assumed: an instance is paid for until ${QUIET_MS / 1000} s after it was told to end, as in a cluster; here it ends sooner.`,
]

function describe({ settings: { kpa, cpu, cpuRequest, memoryRequestGib, timeoutSeconds } }: Variant): string {
  return [
    `min ${kpa.minScale}, max ${kpa.maxScale}, initial ${kpa.initialScale}, activation ${kpa.activationScale}`,
    `concurrency ${kpa.containerConcurrency}, target ${kpa.target} × ${Math.round(kpa.targetUtilization * 100)} %`,
    `window ${kpa.windowSeconds} s, panic at ${kpa.panicThresholdPercentage} % in ${kpa.panicWindowPercentage} % of it`,
    `burst capacity ${kpa.targetBurstCapacity}, delay ${kpa.scaleDownDelaySeconds} s, retention ${kpa.retentionSeconds} s`,
    `${cpu} vCPU, timeout ${timeoutSeconds} s, requests ${cpuRequest} vCPU and ${memoryRequestGib} GiB`,
  ].join('; ')
}
