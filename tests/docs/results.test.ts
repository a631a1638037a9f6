import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const README = read('README.md')

/** The cells of each row of a report's tables, by the first cell; of two rows that begin alike the later adds its cells. */
function cellsOf(report: string): ReadonlyMap<string, readonly string[]> {
  const cells = new Map<string, readonly string[]>()
  for (const [, row = ''] of report.matchAll(/^\| (.+) \|$/gm)) {
    const [first = '', ...rest] = row.split(' | ')
    cells.set(first, [...(cells.get(first) ?? []), ...rest])
  }
  return cells
}

const withoutRange = (cell = '') => cell.replace(/ \(.*\)/, '')

test.each(['uniform', 'hot-source', 'hot-destination'])(
  'README.md says of %s what docs/performance/bench reports',
  workload => {
    const [settle, floor, row, _lock, ofFloor, timesRow] =
      cellsOf(read('docs/performance/bench/bench.md')).get(workload) ?? []
    const figures = [settle, floor, row].map(withoutRange)
    const percent = `${Math.round(Number(ofFloor) * 100)} %`
    expect(README).toContain(`| ${[workload, ...figures, percent, `${timesRow} ×`].join(' | ')} |`)
  },
)

test('README.md says of chaos what docs/resilience/chaos reports', () => {
  const { counts, faults, lost, doubled, outOfOrder } = JSON.parse(read('docs/resilience/chaos/result.json'))
  const kinds = new Set(faults.map(({ kind }: { kind: string }) => kind))
  const transfers = counts.accepted.toLocaleString('en')
  expect(README).toContain(
    `| ${faults.length} faults of ${kinds.size} kinds, ${transfers} transfers | ${lost} | ${doubled} | ${outOfOrder} |`,
  )
})

test('README.md says of coverage and of mutants what docs/coverage reports', () => {
  const run = cellsOf(read('docs/coverage/coverage.md'))
  const mutants = cellsOf(read('docs/coverage/mutation.md')).get('lib/ledger')?.at(-1)
  const row = (folder: string, score = '–') => {
    const [_files, _lines, lines, _branches, branches] = run.get(folder) ?? []
    return `| ${[folder, lines, branches, score].join(' | ')} |`
  }
  expect(README).toContain(row('lib and functions'))
  expect(README).toContain(row('lib/ledger', mutants))
})
