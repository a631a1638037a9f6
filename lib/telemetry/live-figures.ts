import { type Attributes, Histogram, type Series, type Tally } from './tally.ts'

/** What the console shows of each moment, and the series it is added up from. */
const FIGURES = {
  accepted: { name: 'settle.transactions.accepted', attributes: {} },
  completed: { name: 'settle.transactions.decided', attributes: { 'settle.status': 'COMPLETED' } },
  failed: { name: 'settle.transactions.decided', attributes: { 'settle.status': 'FAILED' } },
  held: { name: 'settle.transactions.decided', attributes: { 'settle.status': 'HELD' } },
  cacheHits: { name: 'settle.cache.reads', attributes: { 'settle.outcome': 'hit' } },
  cacheMisses: { name: 'settle.cache.reads', attributes: { 'settle.outcome': 'miss' } },
} as const satisfies Record<string, { name: Series['name']; attributes: Attributes }>

export type FigureName = keyof typeof FIGURES
export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[]

/** The latency is told as the counts of its histogram's buckets: those of several instances add up. */
export const LATENCY = 'settle.transaction.duration'
export const LATENCY_FIELD = 'latency:'
export const INSTANCE_FIELD = 'instance:'

/** What a tally has come to: for each figure, and each bucket of the latency, its count since the process began. */
export function liveFigures(tally: Tally): Map<string, number> {
  const figures = new Map<string, number>()
  const add = (field: string, count: number) => figures.set(field, (figures.get(field) ?? 0) + count)
  for (const series of tally.series()) {
    const { name, values } = series
    if (name === LATENCY && values instanceof Histogram) {
      for (const [bucket, count] of values.counts.entries()) add(`${LATENCY_FIELD}${bucket}`, count)
    } else if (!(values instanceof Histogram)) {
      for (const figure of FIGURE_NAMES) if (isOf(series, FIGURES[figure])) add(figure, values.value ?? 0)
    }
  }
  return figures
}

function isOf(series: Series, wanted: { readonly name: string; readonly attributes: Attributes }): boolean {
  if (series.name !== wanted.name) return false
  return Object.entries(wanted.attributes).every(([key, value]) => series.attributes[key] === value)
}
