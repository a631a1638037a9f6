import { type Point, WINDOW_SECONDS } from './figures.ts'
import { type Place, stepPath } from './step-path.ts'

/** How many instances of one function there were, as a row shows it. */
export type InstanceRow = {
  readonly name: string
  readonly now: number
  readonly most: number
  readonly path: string
}

/** The functions as money meets them; others follow by name. */
const ORDER = ['ingest', 'worker', 'status', 'accounts', 'dead-letter', 'sweeper', 'console']

/** The rows of all functions that were seen, on one scale, so that rows can be compared. */
export function instanceRows(
  points: readonly Point[],
  now: Date,
  size: { readonly width: number; readonly height: number },
): readonly InstanceRow[] {
  const names = [...new Set(points.flatMap(({ instances }) => Object.keys(instances)))].sort(
    (one, other) => rank(one) - rank(other) || one.localeCompare(other),
  )
  const counts = (name: string): readonly number[] => points.map(({ instances }) => instances[name] ?? 0)
  const scale = Math.max(2, ...names.flatMap(counts))
  const from = now.getTime() / 1000 - WINDOW_SECONDS
  return names.map(name => {
    const places: Place[] = points.map(({ at, instances }) => ({
      x: Math.max(0, (Date.parse(at) / 1000 - from) / WINDOW_SECONDS),
      y: (instances[name] ?? 0) / scale,
    }))
    const all = counts(name)
    return {
      name,
      now: all.at(-1) ?? 0,
      most: Math.max(0, ...all),
      path: stepPath(places, size.width, size.height),
    }
  })
}

function rank(name: string): number {
  const place = ORDER.indexOf(name)
  return place === -1 ? ORDER.length : place
}
