import type { Figures, Point } from '../../../functions/console/page/figures.ts'

/** So many seconds after noon. */
export function noonPlus(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 22, 12) + seconds * 1000).toISOString()
}

/** A point in which nothing happened but what is said. */
export function pointAt(seconds: number, happened: Partial<Point> = {}): Point {
  const nothing = {
    accepted: 0,
    completed: 0,
    failed: 0,
    held: 0,
    cacheHits: 0,
    cacheMisses: 0,
    instances: {},
  }
  return { at: noonPlus(seconds), ...nothing, ...happened }
}

/** Figures without anything to say, but what is said. */
export function figuresAt(seconds: number, told: Partial<Figures> = {}): Figures {
  const pending = { transactions: 0, oldestSeconds: 0, groups: [] }
  return { at: noonPlus(seconds), pointSeconds: 2, points: [], pending, away: [], ...told }
}
