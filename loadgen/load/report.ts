import { formatNumber } from '../figures/format-number.ts'
import { table } from '../figures/table.ts'
import type { Checked } from './check-database.ts'
import { isSound, type LoadResult, type Percentiles } from './load-result.ts'
import { LATENCIES, type Latency } from './measures.ts'

/** What a run came to, as Markdown: for the terminal, and for the page. */
export function reportLines(result: LoadResult): string[] {
  return [
    ...rateLines(result),
    '',
    ...latencyTable(result),
    '',
    ...(result.processes.length > 0 ? processTable(result) : ['CPU and memory: this machine has no /proc.']),
    '',
    ...errorLines(result),
    '',
    ...promiseLines(result.promises, isSound(result)),
  ]
}

/** The settings, as one would say them. */
export function settingsLine({ settings, model }: LoadResult): string {
  const { rate, orders, path, accounts, skew, zipfExponent, refusedPercent, reads, readsAt, connections } =
    settings
  const { warmUpSeconds, seconds, seed, hearsResults } = settings
  return [
    model === 'open'
      ? `open model: ${rate} transfers a second arrive, at most ${connections} requests unanswered`
      : `closed model: ${connections} connections, each sends when it has been answered`,
    `${orders} a request over ${path}`,
    `${accounts} accounts, ${skew}${skew === 'zipf' ? ` ${zipfExponent}` : ''}`,
    ...(refusedPercent > 0 ? [`${refusedPercent} % nobody can pay`] : []),
    ...(reads > 0
      ? [`${reads} status reads a second${readsAt === 'status' ? ', past the gateway' : ''}`]
      : []),
    ...(hearsResults ? [] : ['no consumer of results, figures of what was applied from a sample']),
    `${warmUpSeconds} s of warm-up and ${seconds} s measured`,
    `seed ${seed}`,
  ].join('; ')
}

function rateLines({ rates, counts, lastAppliedSeconds, settings }: LoadResult): string[] {
  const whole = (value: number) => formatNumber(Math.round(value))
  return [
    ...table(
      ['transfers a second', ''],
      [
        [settings.path === 'topic' ? 'published' : 'accepted', whole(rates.accepted)],
        ['applied, while the load lasted', whole(rates.applied)],
        ['applied, until all were final', whole(rates.appliedToTheEnd)],
      ],
    ),
    '',
    `${whole(counts.sent)} sent, ${whole(counts.accepted)} accepted, ${whole(counts.decided)} final, ` +
      `the last ${lastAppliedSeconds.toFixed(1)} s after the first was due.`,
  ]
}

/** Over the topic a producer learns no more. */
const PUBLISHED = 'publish: intended arrival to when the topic has it'

function latencyTable({ latencies, settings }: LoadResult): string[] {
  const accept = settings.path === 'topic' ? { accept: PUBLISHED } : {}
  const names = { ...LATENCIES, ...accept }
  const rows = (Object.entries(latencies) as [Latency, Percentiles][]).map(([which, latency]) => {
    const { count, p50, p90, p99, p999, max } = latency
    return [names[which], ...[count, p50, p90, p99, p999, max].map(formatNumber)]
  })
  return table(['milliseconds', 'measured', 'p50', 'p90', 'p99', 'p99.9', 'max'], rows)
}

function processTable({ processes }: LoadResult): string[] {
  const whole = (value: number) => String(Math.round(value))
  const rows = processes
    .toSorted((a, b) => b.mean.cpuPercent - a.mean.cpuPercent)
    .map(({ name, mean, most }) => [
      name,
      ...[mean.cpuPercent, most.cpuPercent, mean.memoryMiB, most.memoryMiB].map(whole),
    ])
  return table(['process', 'CPU, % of a core', 'most', 'memory, MiB', 'most'], rows)
}

function errorLines({ errors, shedInWarmUp }: LoadResult): string[] {
  const rows = Object.entries(errors).map(([code, count]) => [code, formatNumber(count)])
  return [
    ...(rows.length === 0 ? ['No errors.'] : table(['errors', 'count'], rows)),
    ...(shedInWarmUp === 0 ? [] : ['', `${formatNumber(shedInWarmUp)} were shed in the warm-up.`]),
  ]
}

/** Each promise with what was found to break it, and then the verdict. */
export function promiseLines(promises: readonly Checked[], isAsItShouldBe: boolean): string[] {
  const lines = promises.flatMap(({ promise, broken }) => [
    `- ${broken.length === 0 ? 'kept' : 'BROKEN'}: ${promise}`,
    ...broken.map(found => `  - ${found}`),
  ])
  return [...lines, '', isAsItShouldBe ? 'All as it should be.' : 'NOT AS IT SHOULD BE.']
}
