/** What a chart draws: a time in seconds for each place, and a value or a gap for each line. */
export type Columns = {
  readonly times: readonly number[]
  readonly values: readonly (readonly (number | null)[])[]
}

type Dated = { readonly at: string }
type Pick<Sample> = (sample: Sample) => number | undefined

/**
 * Makes columns of samples. Where samples are missing for longer than `gapSeconds`, a gap is drawn: a line across it would
 * say that something is known.
 */
export function toColumns<Sample extends Dated>(
  samples: readonly Sample[],
  gapSeconds: number,
  picks: readonly Pick<Sample>[],
): Columns {
  const times: number[] = []
  const values: (number | null)[][] = picks.map(() => [])
  for (const sample of samples) {
    const time = Date.parse(sample.at) / 1000
    const before = times.at(-1)
    if (before !== undefined && time - before > gapSeconds) {
      times.push(before + gapSeconds / 2)
      for (const column of values) column.push(null)
    }
    times.push(time)
    for (const [index, pick] of picks.entries()) values[index]?.push(pick(sample) ?? null)
  }
  return { times, values }
}

/** The places of values with a gap on both sides: a line has no length there, so each is drawn as a point. */
export function loneValues(values: ArrayLike<number | null | undefined>): number[] {
  const isKnown = (index: number): boolean => typeof values[index] === 'number'
  return Array.from(values, (_, index) => index).filter(
    index => isKnown(index) && !isKnown(index - 1) && !isKnown(index + 1),
  )
}
