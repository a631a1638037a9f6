import { type Figures, median } from '../figures/figures.ts'
import { formatNumber } from '../figures/format-number.ts'
import { table } from '../figures/table.ts'
import type { Contender } from './contenders.ts'

type Named = Pick<Contender, 'subject' | 'title'>

/** Transfers a second by workload and contender, and then what they are to one another, as Markdown tables. */
export function comparison(figures: Figures, contenders: readonly Named[]): string[] {
  const rates = figures.rows.map(row => [
    row,
    ...contenders.map(({ subject }) => cell(figures.values(row, subject))),
  ])
  const ratios = figures.rows.map(row => [
    row,
    ...PAIRS.map(([one, other]) => formatRatio(ratioOf(figures, row, one, other))),
  ])
  return [
    ...table(['transfers a second', ...contenders.map(({ title }) => title)], rates),
    '',
    ...table(['ratio', ...PAIRS.map(([one, other]) => `${one} / ${other}`)], ratios),
  ]
}

const PAIRS = [
  ['settle', 'floor'],
  ['settle', 'row'],
  ['settle', 'lock'],
  ['floor', 'row'],
  ['lock', 'row'],
] as const

/** The median of the ratios of a round's own two: what slowed a whole round down does not count. */
export function ratioOf(figures: Figures, row: string, one: string, other: string): number {
  const others = figures.values(row, other)
  return median(figures.values(row, one).map((value, round) => value / (others[round] ?? Number.NaN)))
}

/** The parts, each a row with its median and the range of the rounds. */
export function partsTable(parts: Figures): string[] {
  const rows = parts.rows.map(row => [row, cell(parts.values(row, ''))])
  return table(['part alone', 'a second'], rows)
}

function cell(values: readonly number[]): string {
  if (values.length === 0) return '–'
  const [low, high] = [Math.min(...values), Math.max(...values)].map(formatNumber)
  const middle = formatNumber(median(values))
  return low === high ? middle : `${middle} (${low}–${high})`
}

function formatRatio(value: number): string {
  return Number.isNaN(value) ? '–' : formatNumber(value)
}
