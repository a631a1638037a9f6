import type { Figures, Point } from './figures.ts'
import { formatClock } from './moments.ts'
import { countOf, formatRate, formatSeconds } from './quantities.ts'
import { recentOf, secondsSinceAccepted } from './rates.ts'

/** Whether money is moving, in one word and in one sentence. */
export type MoneyState = {
  readonly kind: 'asking' | 'moving' | 'idle' | 'behind' | 'stuck' | 'unknown'
  readonly sentence: string
}

/** What is known of the figures, and since when. */
export type Known = {
  readonly points: readonly Point[]
  readonly latest: Figures | undefined
  /** When the last answer came, by the clock of whoever looks; undefined before the first. */
  readonly receivedAt: Date | undefined
  readonly failures: number
}

/** Applying takes milliseconds: whoever waits this long waits for something. */
export const BEHIND_SECONDS = 5
/** Longer than any retry within a worker: by itself it may not come to an end. */
export const STUCK_SECONDS = 30
/** Five polls that brought nothing. */
const STALE_SECONDS = 10
/** Shorter pauses between payments are no news. */
const IDLE_SECONDS = 20

export function isStale({ receivedAt }: Known, now: Date): boolean {
  return receivedAt !== undefined && now.getTime() - receivedAt.getTime() > STALE_SECONDS * 1000
}

export function judgeMoney(known: Known, now: Date): MoneyState {
  const { latest, receivedAt, failures } = known
  if (latest === undefined || receivedAt === undefined) {
    if (failures === 0) return { kind: 'asking', sentence: 'Asking for the figures…' }
    return { kind: 'unknown', sentence: 'Cannot tell: no figures have come yet.' }
  }
  if (isStale(known, now)) {
    return {
      kind: 'unknown',
      sentence: `Cannot tell: no figures have come since ${formatClock(receivedAt)}.`,
    }
  }
  const away = latest.away
  if (away.includes('database') && away.includes('cache')) {
    return { kind: 'unknown', sentence: 'Cannot tell: the database and the cache are away.' }
  }
  if (latest.pending === undefined) {
    return { kind: 'unknown', sentence: 'Cannot tell: the database is away.' }
  }
  return judgeBacklog(known.points, latest, latest.pending.oldestSeconds)
}

function judgeBacklog(points: readonly Point[], latest: Figures, oldestSeconds: number): MoneyState {
  const now = new Date(latest.at)
  // Without the cache nothing is counted: the last points say how it was, not how it is.
  const recent = latest.away.includes('cache') ? undefined : recentOf(points, latest.pointSeconds, now)
  const applies = recent !== undefined && recent.appliedPerSecond > 0
  const waits = formatSeconds(oldestSeconds)
  if (
    oldestSeconds >= STUCK_SECONDS ||
    (oldestSeconds >= BEHIND_SECONDS && recent !== undefined && !applies)
  ) {
    return { kind: 'stuck', sentence: `Stuck: the oldest pending transaction has waited ${waits}.` }
  }
  if (oldestSeconds >= BEHIND_SECONDS) {
    const start = applies ? 'Money is moving, but late' : 'Late'
    return { kind: 'behind', sentence: `${start}: the oldest pending transaction has waited ${waits}.` }
  }
  if (recent === undefined) {
    const waiting = countOf(latest.pending?.transactions ?? 0, 'transaction')
    const cause = latest.away.includes('cache') ? 'the cache is away' : 'nothing was counted lately'
    return { kind: 'unknown', sentence: `Cannot tell how much moves: ${cause}. ${waiting} pending.` }
  }
  return judgeFlow(points, now, recent.acceptedPerSecond, recent.appliedPerSecond)
}

function judgeFlow(points: readonly Point[], now: Date, accepted: number, applied: number): MoneyState {
  const idleSeconds = secondsSinceAccepted(points, now)
  if (idleSeconds === undefined)
    return { kind: 'idle', sentence: 'Idle: nothing was sent for 5 min or more.' }
  if (idleSeconds >= IDLE_SECONDS) {
    return { kind: 'idle', sentence: `Idle: nothing was sent for ${formatSeconds(idleSeconds)}.` }
  }
  const rates = `${formatRate(accepted)} accepted and ${formatRate(applied)} applied a second`
  return { kind: 'moving', sentence: `Money is moving: ${rates}.` }
}
