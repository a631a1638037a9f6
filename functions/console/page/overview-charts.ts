import { backlogPanel } from './backlog-panel.ts'
import type { Chart } from './chart.ts'
import { toColumns } from './chart-columns.ts'
import { decided, WINDOW_SECONDS } from './figures.ts'
import type { FeedState } from './figures-feed.ts'
import { instancesPanel } from './instances-panel.ts'
import { html, type TemplateResult } from './lit-html.js'
import { formatClock } from './moments.ts'
import { formatCount, formatRate, formatSeconds } from './quantities.ts'
import { hitShare } from './rates.ts'

/** Two points may be missing by chance: the time of a point is that of the functions' clocks. */
const GAP_POINTS = 2.5
/** Polls come every 2 s, and up to 15 s apart after errors. */
const TRAIL_GAP_SECONDS = 20

/** The charts of the last minutes. */
export function overviewCharts(state: FeedState, now: Date): TemplateResult {
  const charts = [
    flowChart(state, now),
    latencyChart(state, now),
    pendingChart(state, now),
    cacheChart(state, now),
  ]
  return html`<div class="panels">
    ${charts.map(
      chart => html`<section class="panel">
        <h3>${chart.name}</h3>
        ${
          chart.times.length === 0
            ? html`<p class="room">${whyEmpty(state)}</p>`
            : html`<time-chart .chart=${chart}></time-chart>`
        }
      </section>`,
    )}
    ${backlogPanel(state.latest, whyNoBacklog(state))} ${instancesPanel(state.points, now, whyEmpty(state))}
  </div>`
}

function whyNoBacklog({ latest, failures }: FeedState): string {
  if (latest === undefined && failures === 0) return 'Asking…'
  return latest?.away.includes('database') ? 'Not known: the database is away.' : 'Not known.'
}

function whyEmpty({ latest, failures }: FeedState): string {
  if (latest === undefined && failures === 0) return 'Asking…'
  return latest?.away.includes('cache')
    ? 'Not counted: the cache is away.'
    : 'Nothing is known of these minutes.'
}

function span(now: Date): { from: number; to: number } {
  const to = now.getTime() / 1000
  return { from: to - WINDOW_SECONDS, to }
}

function pointSeconds({ latest }: FeedState): number {
  return latest?.pointSeconds ?? 2
}

function flowChart(state: FeedState, now: Date): Chart {
  const seconds = pointSeconds(state)
  const { times, values } = toColumns(state.points, seconds * GAP_POINTS, [
    point => point.accepted / seconds,
    point => decided(point) / seconds,
  ])
  return {
    name: 'Accepted and applied a second',
    times,
    lines: [
      { label: 'accepted', colour: 1, values: values[0] ?? [] },
      { label: 'applied', colour: 2, values: values[1] ?? [] },
    ],
    ...span(now),
    least: 5,
    format: formatRate,
  }
}

function latencyChart(state: FeedState, now: Date): Chart {
  const { times, values } = toColumns(state.points, pointSeconds(state) * GAP_POINTS, [
    point => point.latency?.p50,
    point => point.latency?.p99,
  ])
  return {
    name: 'Accept to applied',
    times,
    lines: [
      { label: 'p50', colour: 1, values: values[0] ?? [] },
      { label: 'p99', colour: 2, values: values[1] ?? [] },
    ],
    ...span(now),
    least: 0.02,
    format: seconds => (seconds === 0 ? '0' : formatSeconds(seconds)),
  }
}

function pendingChart(state: FeedState, now: Date): Chart {
  const { times, values } = toColumns(state.pendingTrail, TRAIL_GAP_SECONDS, [sample => sample.transactions])
  return {
    name: 'Pending transactions',
    times,
    lines: [{ label: 'pending', colour: 1, values: values[0] ?? [] }],
    ...span(now),
    least: 5,
    format: formatCount,
    isCount: true,
    ...sinceOpened(state, now),
  }
}

/** Answers tell what is pending now, so its course is known since the page was opened. */
function sinceOpened({ pendingTrail }: FeedState, now: Date): { note?: string } {
  const first = pendingTrail[0]
  if (first === undefined || now.getTime() - Date.parse(first.at) > (WINDOW_SECONDS - 10) * 1000) return {}
  return { note: `since ${formatClock(new Date(first.at))}` }
}

function cacheChart(state: FeedState, now: Date): Chart {
  const { times, values } = toColumns(state.points, pointSeconds(state) * GAP_POINTS, [
    point => hitShare([point]),
  ])
  return {
    name: 'Cache hits',
    times,
    lines: [
      {
        label: 'hits',
        colour: 1,
        values: values[0]?.map(share => (share === null ? null : share * 100)) ?? [],
      },
    ],
    ...span(now),
    least: 90,
    format: percent => `${Math.round(percent)} %`,
  }
}
