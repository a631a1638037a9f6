import type { FeedState } from './figures-feed.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { BEHIND_SECONDS, STUCK_SECONDS } from './money-state.ts'
import { formatCount, formatRate, formatSeconds, formatShare } from './quantities.ts'
import { RECENT_SECONDS, type Recent, recentOf } from './rates.ts'
import { addressOf } from './route.ts'

export type Tile = {
  readonly label: string
  readonly value: string
  readonly unit?: string
  readonly detail: unknown
  readonly tone?: 'warn' | 'bad'
}

/** What is not known is a dash, never a zero. */
const UNKNOWN = '–'

const OVER_RECENT = `over ${RECENT_SECONDS} s`

export function tileView({ label, value, unit, detail, tone }: Tile): TemplateResult {
  return html`<div class="tile ${tone ?? ''}">
    <dt>${label}</dt>
    <dd class="value">${value}${unit === undefined || value === UNKNOWN ? nothing : html`<span class="unit">${unit}</span>`}</dd>
    <dd class="detail">${detail}</dd>
  </div>`
}

/** Why a figure is not there. */
export function whyUnknown({ latest, failures }: FeedState): string {
  return latest === undefined && failures === 0 ? 'asking…' : 'not known'
}

/** The figures of the moment. */
export function tilesOf(state: FeedState): readonly Tile[] {
  const { latest, points } = state
  const recent = latest === undefined ? undefined : recentOf(points, latest.pointSeconds, new Date(latest.at))
  const unknown = whyUnknown(state)
  return [
    ...flowTiles(recent, unknown),
    pendingTile(state, unknown),
    lettersTile(state, unknown),
    cacheTile(recent, unknown),
  ]
}

function flowTiles(recent: Recent | undefined, unknown: string): readonly Tile[] {
  const refused = recent?.refusedPerSecond ?? 0
  const latency = recent?.latency
  return [
    {
      label: 'Accepted',
      value: recent === undefined ? UNKNOWN : formatRate(recent.acceptedPerSecond),
      unit: '/s',
      detail: recent === undefined ? unknown : OVER_RECENT,
    },
    {
      label: 'Applied',
      value: recent === undefined ? UNKNOWN : formatRate(recent.appliedPerSecond),
      unit: '/s',
      detail:
        recent === undefined ? unknown : refused === 0 ? 'none refused' : `${formatRate(refused)}/s refused`,
    },
    {
      label: 'Accept to applied',
      value: latency === undefined ? UNKNOWN : formatSeconds(latency.p50),
      unit: 'p50',
      detail:
        recent === undefined
          ? unknown
          : latency === undefined
            ? 'nothing applied lately'
            : `p99 ${formatSeconds(latency.p99)}`,
    },
  ]
}

function pendingTile({ latest }: FeedState, unknown: string): Tile {
  const pending = latest?.pending
  const label = 'Oldest pending'
  if (pending === undefined) return { label, value: UNKNOWN, detail: unknown }
  return {
    label,
    value: pending.transactions === 0 ? 'None' : formatSeconds(pending.oldestSeconds),
    detail: `${formatCount(pending.transactions)} pending`,
    ...(pending.oldestSeconds >= STUCK_SECONDS
      ? { tone: 'bad' as const }
      : pending.oldestSeconds >= BEHIND_SECONDS
        ? { tone: 'warn' as const }
        : {}),
  }
}

function lettersTile({ latest }: FeedState, unknown: string): Tile {
  const letters = latest?.deadLetters
  const label = 'Dead letters'
  if (letters === undefined) return { label, value: UNKNOWN, detail: unknown }
  const detail = html`<a href=${addressOf.deadLetters('OPEN')}>${letters === 0 ? 'Show all' : 'Show open'}</a>`
  return {
    label,
    value: formatCount(letters),
    unit: 'open',
    detail,
    ...(letters > 0 ? { tone: 'warn' } : {}),
  }
}

function cacheTile(recent: Recent | undefined, unknown: string): Tile {
  const share = recent?.cacheHits
  const detail = recent === undefined ? unknown : share === undefined ? 'nothing was read' : OVER_RECENT
  return { label: 'Cache hits', value: share === undefined ? UNKNOWN : formatShare(share), detail }
}
