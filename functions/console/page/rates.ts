import { decided, type Point } from './figures.ts'

/** How much of the newest time a tile tells of: less would jump, more would hide that something has stopped. */
export const RECENT_SECONDS = 10

/** What tiles say of the newest points. */
export type Recent = {
  readonly acceptedPerSecond: number
  readonly appliedPerSecond: number
  readonly refusedPerSecond: number
  readonly latency: { readonly p50: number; readonly p99: number } | undefined
  /** Undefined where nothing was asked of the cache. */
  readonly cacheHits: number | undefined
}

/** Undefined while no point is known: that is not the same as nothing happening. */
export function recentOf(points: readonly Point[], pointSeconds: number, now: Date): Recent | undefined {
  const recent = newest(points, RECENT_SECONDS, now)
  if (recent.length === 0) return undefined
  const perSecond = (of: (point: Point) => number): number =>
    recent.reduce((sum, point) => sum + of(point), 0) / (recent.length * pointSeconds)
  return {
    acceptedPerSecond: perSecond(point => point.accepted),
    appliedPerSecond: perSecond(decided),
    refusedPerSecond: perSecond(point => point.failed),
    latency: newest(points, 30, now).findLast(point => point.latency !== undefined)?.latency,
    cacheHits: hitShare(recent),
  }
}

/** The share of reads that the cache answered; undefined where there were none. */
export function hitShare(points: readonly Point[]): number | undefined {
  const hits = points.reduce((sum, point) => sum + point.cacheHits, 0)
  const reads = hits + points.reduce((sum, point) => sum + point.cacheMisses, 0)
  return reads === 0 ? undefined : hits / reads
}

/** How long ago something was last accepted, in seconds; undefined if it was not within the points. */
export function secondsSinceAccepted(points: readonly Point[], now: Date): number | undefined {
  const last = points.findLast(point => point.accepted > 0)
  return last === undefined ? undefined : Math.max(0, (now.getTime() - Date.parse(last.at)) / 1000)
}

function newest(points: readonly Point[], seconds: number, now: Date): readonly Point[] {
  const from = now.getTime() - seconds * 1000
  return points.filter(({ at }) => Date.parse(at) > from)
}
