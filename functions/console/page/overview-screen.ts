import { explain } from './answer.ts'
import { booksFindings, booksTile } from './books.ts'
import { readFigures } from './figures.ts'
import { type FeedState, FiguresFeed } from './figures-feed.ts'
import { type IconName, icon } from './icons.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { formatClock } from './moments.ts'
import { isStale, judgeMoney, type MoneyState } from './money-state.ts'
import { notice, refusalNotice } from './notices.ts'
import { overviewCharts } from './overview-charts.ts'
import type { Desk, Screen } from './screen.ts'
import { tilesOf, tileView, whyUnknown } from './tiles.ts'
import { Verifier } from './verifier.ts'

const SIGNS: Readonly<Record<MoneyState['kind'], IconName>> = {
  asking: 'clock',
  moving: 'flow',
  idle: 'pause',
  behind: 'clock',
  stuck: 'alert',
  unknown: 'question',
}

/** Whether money is moving, at a glance. */
export class OverviewScreen implements Screen {
  readonly title = 'Overview'
  readonly #desk: Desk
  readonly #feed: FiguresFeed
  readonly #verifier: Verifier
  #said: MoneyState = { kind: 'asking', sentence: '' }

  constructor(desk: Desk) {
    this.#desk = desk
    const { api, surroundings, now, redraw } = desk
    this.#feed = new FiguresFeed({
      ask: async (path, signal) => readFigures(await api.get(path, signal)),
      surroundings,
      now,
      onChange: redraw,
    })
    this.#verifier = new Verifier(() => api.get('/api/v1/ledger/verification'), redraw)
    this.#feed.start()
  }

  close(): void {
    this.#feed.stop()
    this.#verifier.stop()
  }

  view(): TemplateResult {
    const { state } = this.#feed
    if (state.refusal?.status === 403) return html`<h1>Overview</h1>${refusalNotice(state.refusal)}`
    const now = this.#desk.now()
    const judged = judgeMoney(state, now)
    const stale = isStale(state, now)
    const at = state.latest === undefined ? now : new Date(state.latest.at)
    return html`
      <div class="heading">
        <h1 tabindex="-1">Overview</h1>
        <p class="as-of">${asOf(state, stale)}</p>
      </div>
      <p class="state ${judged.kind}">${icon(SIGNS[judged.kind])}<span>${judged.sentence}</span></p>
      <p class="unseen" aria-live="polite">${this.#announce(judged)}</p>
      ${this.#notices(state)}
      <section aria-labelledby="figures-heading">
        <h2 id="figures-heading" class="unseen">Figures of the moment</h2>
        <dl class="tiles ${stale ? 'stale' : ''}">
          ${tilesOf(state).map(tileView)}
          ${booksTile(state.latest?.verification, this.#verifier, now, whyUnknown(state))}
        </dl>
        ${booksFindings(this.#verifier)}
      </section>
      <section aria-labelledby="charts-heading" class=${stale ? 'stale' : ''}>
        <h2 id="charts-heading">Last 5 minutes</h2>
        ${overviewCharts(state, at)}
      </section>
    `
  }

  /** What is read aloud: the sentence as it was when the state changed, since each figure would be a nuisance. */
  #announce(judged: MoneyState): string {
    if (judged.kind !== this.#said.kind) this.#said = judged
    return this.#said.kind === 'asking' ? '' : this.#said.sentence
  }

  #notices({ latest, refusal }: FeedState): TemplateResult | typeof nothing {
    if (refusal !== undefined) return refusalNotice(refusal, () => this.#feed.start())
    const away = latest?.away ?? []
    return html`${
      away.includes('database')
        ? notice(
            'bad',
            html`<strong>The database is away.</strong> Nothing is accepted or applied, and what is pending is not known.`,
          )
        : nothing
    }${
      away.includes('cache')
        ? notice(
            'warn',
            html`<strong>The cache is away.</strong> Money moves without it; rates, latency and instances are not counted.`,
          )
        : nothing
    }`
  }
}

function asOf({ latest, refusal }: FeedState, stale: boolean): unknown {
  if (latest === undefined) return refusal === undefined ? 'asking…' : 'trying again by itself'
  const clock = formatClock(new Date(latest.at))
  if (stale) return html`<strong>Stale:</strong> figures of ${clock}`
  return refusal === undefined ? `as of ${clock}` : `as of ${clock}; ${explain(refusal).title.toLowerCase()}`
}
