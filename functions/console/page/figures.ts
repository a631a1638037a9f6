import type { Answer } from './answer.ts'

/** What happened in the seconds before `at`. */
export type Point = {
  readonly at: string
  readonly accepted: number
  readonly completed: number
  readonly failed: number
  readonly held: number
  readonly latency?: { readonly p50: number; readonly p99: number }
  readonly cacheHits: number
  readonly cacheMisses: number
  readonly instances: Readonly<Record<string, number>>
}

type GroupBacklog = {
  readonly group: number
  readonly transactions: number
  readonly oldestSeconds: number
}

export type Backlog = {
  readonly transactions: number
  readonly oldestSeconds: number
  readonly groups: readonly GroupBacklog[]
}

/** An answer of `GET /api/v1/figures`. What is away has no figures. */
export type Figures = {
  readonly at: string
  readonly pointSeconds: number
  readonly points: readonly Point[]
  readonly pending?: Backlog
  readonly untoldBatches?: number
  readonly deadLetters?: number
  readonly verification?: { readonly completedAt?: string; readonly faults: number }
  readonly away: readonly string[]
}

/** Reads an answer's text. Nothing in it is money: `held` counts transactions here, and is a sum elsewhere. */
export function readFigures(answer: Answer<unknown>): Answer<Figures> {
  return answer.ok ? { ...answer, body: JSON.parse(answer.text) as Figures } : answer
}

/** How far back the charts look. */
export const WINDOW_SECONDS = 300

/**
 * Adds the points that came to those that are known. One that came again replaces the one before: what an instance tells
 * late is added to a point that had been answered. What is older than the window goes.
 */
export function joinPoints(known: readonly Point[], came: readonly Point[], now: Date): readonly Point[] {
  const points = new Map([...known, ...came].map(point => [point.at, point]))
  const oldest = now.getTime() - WINDOW_SECONDS * 1000
  return [...points.values()]
    .filter(({ at }) => Date.parse(at) > oldest)
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

/** How many were decided: applied, reserved or refused. */
export function decided({ completed, failed, held }: Point): number {
  return completed + failed + held
}
