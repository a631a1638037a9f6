type ChartLine = {
  readonly label: string
  /** The number of a colour of the style sheet: `--line-1`. */
  readonly colour: 1 | 2
  readonly values: readonly (number | null)[]
}

/** What a chart shows. */
export type Chart = {
  readonly name: string
  readonly times: readonly number[]
  readonly lines: readonly ChartLine[]
  readonly from: number
  readonly to: number
  /** The scale reaches at least this far, so that next to nothing does not look like much. */
  readonly least: number
  readonly format: (value: number) => string
  /** Only whole numbers are marked on the scale. */
  readonly isCount?: boolean
  /** Said where the legend otherwise says `now`. */
  readonly note?: string
}
