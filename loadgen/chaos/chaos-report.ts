import { formatNumber } from '../figures/format-number.ts'
import { table } from '../figures/table.ts'
import { promiseLines } from '../load/report.ts'
import { type ChaosResult, isSound, type ResultFault } from './chaos-result.ts'
import { KIND_NAMES, KINDS, type Kind } from './kinds.ts'

/** What a run came to, as Markdown: for the terminal, and for the page. */
export function chaosLines(result: ChaosResult): string[] {
  const { counts, lost, doubled, outOfOrder, faults, settledSeconds } = result
  const kinds = new Set(faults.map(({ kind }) => kind))
  const never =
    settledSeconds === undefined ? 'never' : `${settledSeconds.toFixed(1)} s after the last answer`
  return [
    `${faults.length} faults of ${kinds.size} kinds, ${formatNumber(counts.accepted)} transfers accepted of ` +
      `${formatNumber(counts.sent)} sent; lost ${lost}, doubled ${doubled}, out of order ${outOfOrder}.`,
    `Nothing was left to do ${never}.`,
    '',
    ...kindTable(result),
    '',
    'Recovered: seconds from the end of the fault until nothing waited for 2 s, no request failed and statuses were right; in',
    'brackets how many of the faults say so. The others were overlapped, or followed by the next one before that.',
    '',
    ...failureLines(result),
    '',
    ...honestLines(result),
    ...promiseLines(result.promises, isSound(result)),
  ]
}

function kindTable({ faults, skipped }: ChaosResult): string[] {
  const rows = KIND_NAMES.flatMap(name => {
    const its = faults.filter(({ kind }) => kind === name)
    const { about }: Kind = KINDS[name]
    const why = skipped[name]
    if (why !== undefined) return [[`${name}: SKIPPED, ${why}`, '0', '', '', '', '', '']]
    if (its.length === 0) return []
    const lasted = its.reduce((sum, { forSeconds }) => sum + forSeconds, 0)
    const failed = its.reduce((sum, fault) => sum + fault.failed, 0)
    const waited = Math.max(...its.map(({ waitedSeconds }) => waitedSeconds)).toFixed(1)
    const figures = [String(its.length), lasted.toFixed(1), formatNumber(failed), waited, ...recoveries(its)]
    return [[`${name}: ${about}`, ...figures]]
  })
  return table(
    [
      'fault',
      'times',
      'seconds in all',
      'requests failed',
      'a transfer waited at most',
      'recovered, median',
      'at most',
    ],
    rows,
  )
}

function recoveries(faults: readonly ResultFault[]): [string, string] {
  const seconds = faults
    .flatMap(({ recovery }) => (recovery.kind === 'recovered' ? [recovery.seconds] : []))
    .toSorted((a, b) => a - b)
  const [median, most] = [seconds[Math.floor((seconds.length - 1) / 2)], seconds.at(-1)]
  if (median === undefined || most === undefined) return ['', '']
  return [`${median.toFixed(1)} (${seconds.length})`, most.toFixed(1)]
}

function failureLines({ failures }: ChaosResult): string[] {
  const rows = Object.entries(failures).map(([code, count]) => [code, formatNumber(count)])
  if (rows.length === 0) return ['No request failed.']
  return table(['requests that failed, and were sent again with the same ids', 'count'], rows)
}

/** What cannot be checked is said. */
function honestLines({ counts: { untold } }: ChaosResult): string[] {
  if (untold === 0) return []
  return [
    `${formatNumber(untold)} results were not heard: the broker here keeps its messages in memory, and had them when it was killed.`,
    'What became of those transfers is known from the service and the database all the same.',
    '',
  ]
}
