import type { Point } from '../redis/points.ts'
import { FIGURE_NAMES, type FigureName, INSTANCE_FIELD, LATENCY, LATENCY_FIELD } from './live-figures.ts'
import { METRICS } from './metrics.ts'
import { quantile } from './quantile.ts'

/** What all instances together did in a moment. */
export type LivePoint = Readonly<Record<FigureName, number>> & {
  /** When the moment ended. */
  readonly at: string
  /** From accepted to decided, in seconds; not there where nothing was decided. */
  readonly latency?: { readonly p50: number; readonly p99: number }
  /** How many instances of each function there were. */
  readonly instances: Readonly<Record<string, number>>
}

/** Reads what the console shows off a point as the instances have added it up. */
export function livePoint({ at, fields }: Point): LivePoint {
  const figures = Object.fromEntries(FIGURE_NAMES.map(name => [name, Number(fields[name] ?? 0)]))
  const instances = Object.entries(fields).flatMap(([field, count]) =>
    field.startsWith(INSTANCE_FIELD) ? [[field.slice(INSTANCE_FIELD.length), Number(count)] as const] : [],
  )
  const { bounds } = METRICS[LATENCY]
  const counts = Array.from({ length: bounds.length + 1 }, (_, bucket) =>
    Number(fields[`${LATENCY_FIELD}${bucket}`] ?? 0),
  )
  const [p50, p99] = [quantile(bounds, counts, 0.5), quantile(bounds, counts, 0.99)]
  return {
    at: at.toISOString(),
    ...(figures as Record<FigureName, number>),
    ...(p50 !== undefined && p99 !== undefined && { latency: { p50, p99 } }),
    instances: Object.fromEntries(instances.sort()),
  }
}
