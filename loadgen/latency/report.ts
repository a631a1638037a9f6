import { type Figures, percentile } from '../figures/figures.ts'
import { formatNumber } from '../figures/format-number.ts'
import { table } from '../figures/table.ts'

const PERCENTS = [50, 95, 99, 100]

/** The figures as a Markdown table, in milliseconds. */
export function tableOf(figures: Figures): string[] {
  const headings = [
    'milliseconds',
    'measured',
    ...PERCENTS.map(percent => (percent === 100 ? 'most' : `p${percent}`)),
  ]
  const lines = figures.rows.map(row => {
    const values = figures.values(row, '')
    return [row, String(values.length), ...PERCENTS.map(percent => formatNumber(percentile(values, percent)))]
  })
  return table(headings, lines)
}

/** Those of the rows of which half took longer, or that were not measured at all. */
export function lateRows(figures: Figures, rows: readonly string[], milliseconds: number): string[] {
  return rows.filter(row => !(percentile(figures.values(row, ''), 50) <= milliseconds))
}
