import { type Figures, median } from '../figures/figures.ts'
import { formatNumber } from '../figures/format-number.ts'
import { table } from '../figures/table.ts'

/** The figures as a Markdown table: medians, the spread of the rounds, and the ratio of the first to the second. */
export function tableOf(figures: Figures, contenders: readonly string[]): string[] {
  const [first = '', second] = contenders
  const headings = second === undefined ? ['', first] : ['', first, second, 'ratio']
  const lines = figures.rows.map(row => {
    const cells = contenders.map(contender => cell(figures.values(row, contender)))
    if (second === undefined) return [row, ...cells]
    const ratio = median(figures.values(row, first)) / median(figures.values(row, second))
    return [row, ...cells, formatNumber(ratio)]
  })
  return table(headings, lines)
}

function cell(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map(formatNumber)
  const middle = formatNumber(median(values))
  return low === high ? middle : `${middle} (${low}–${high})`
}
