import type { FileCount } from './count-file.ts'
import { KINDS } from './kinds.ts'
import { type JestResults, type Suites, suitesByFolder } from './suites.ts'
import { type FileCounts, formatPercent, type Sum, sumByFolder, sumOf } from './sums.ts'

/** What has run by folder, what has not by file, and which tests ran, as lines of Markdown. */
export function describeCoverage(counts: FileCounts, results: JestResults, run: string): string[] {
  return [...folderTable(counts), '', ...holesTable(counts), '', ...suitesTable(results), '', run]
}

/** The sum stands first. */
export function folderTable(counts: FileCounts): string[] {
  const rows = [['lib and functions', sumOf(counts.values())] as const, ...sumByFolder(counts)]
  return markdown(
    ['folder', 'files', 'lines', 'run', 'branches', 'taken'],
    rows.map(([folder, sum]) => [folder, ...cells(sum)]),
  )
}

function cells({ files, lines, branches }: Sum): string[] {
  const whole = (value: number) => value.toLocaleString('en')
  return [
    whole(files),
    whole(lines.total),
    formatPercent(lines),
    whole(branches.total),
    branches.total === 0 ? '–' : formatPercent(branches),
  ]
}

/** Every file of which something has not run, with the lines; those with the most of it first. */
export function holesTable(counts: FileCounts): string[] {
  const size = ({ linesNotRun, branchesNotTaken }: FileCount) => linesNotRun.length + branchesNotTaken.length
  const holes = [...counts]
    .filter(([, count]) => size(count) > 0)
    .sort(([, one], [, other]) => size(other) - size(one))
  return markdown(
    ['file', 'lines that no test ran', 'lines with a branch that no test took'],
    holes.map(([path, { linesNotRun, branchesNotTaken }]) => [
      path,
      linesNotRun.join(', ') || '–',
      [...new Set(branchesNotTaken)].join(', ') || '–',
    ]),
  )
}

function suitesTable(results: JestResults): string[] {
  const suites = suitesByFolder(results)
  const sum = { suites: results.testResults.length, tests: results.numTotalTests }
  const row = (folder: string, { suites, tests }: Suites) => [
    folder,
    suites.toLocaleString('en'),
    tests.toLocaleString('en'),
    KINDS[folder] ?? '',
  ]
  const rows = Object.keys(KINDS).flatMap(folder => {
    const its = suites.get(folder)
    return its === undefined ? [] : [row(folder, its)]
  })
  return markdown(['folder', 'suites', 'tests', 'what they are for'], [row('all', sum), ...rows])
}

function markdown(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const rule = headings.map(heading => (FIGURES.has(heading) ? '--:' : '---'))
  return [headings, rule, ...rows].map(line => `| ${line.join(' | ')} |`)
}

const FIGURES = new Set(['files', 'lines', 'run', 'branches', 'taken', 'suites', 'tests'])
