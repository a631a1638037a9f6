import { dirname } from 'node:path'
import type { Count, FileCount } from './count-file.ts'

export type Sum = { readonly files: number; readonly lines: Count; readonly branches: Count }

export type FileCounts = ReadonlyMap<string, FileCount>

/** The least that has to run of lib and functions together. */
const LEAST_PERCENT = { lines: 95, branches: 90 } as const

export function sumOf(counts: Iterable<Pick<FileCount, 'lines' | 'branches'>>): Sum {
  const sum = { files: 0, lines: { total: 0, covered: 0 }, branches: { total: 0, covered: 0 } }
  for (const count of counts) {
    sum.files += 1
    for (const kind of ['lines', 'branches'] as const) {
      sum[kind].total += count[kind].total
      sum[kind].covered += count[kind].covered
    }
  }
  return sum
}

/** By folder, each with what is in it and not what is in folders of its own. */
export function sumByFolder(counts: FileCounts): ReadonlyMap<string, Sum> {
  const folders = Map.groupBy(counts, ([path]) => dirname(path))
  const sums = [...folders].map(
    ([folder, files]) => [folder, sumOf(files.map(([, count]) => count))] as const,
  )
  return new Map(sums.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Of nothing, everything has run. */
function percentOf({ total, covered }: Count): number {
  return total === 0 ? 100 : (covered / total) * 100
}

/** What is below the least that has to run, in words. */
export function findShortfalls(sum: Sum): string[] {
  return (['lines', 'branches'] as const)
    .filter(kind => percentOf(sum[kind]) < LEAST_PERCENT[kind])
    .map(kind => `${formatPercent(sum[kind])} of ${kind} have run, and ${LEAST_PERCENT[kind]} % have to`)
}

/** Rounded down: what is below a bound must not look as if it were not. */
export function formatPercent(count: Count): string {
  return `${(Math.floor(percentOf(count) * 10) / 10).toFixed(1)} %`
}
