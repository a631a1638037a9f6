import type { Figures } from './figures.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { notice, refusalNotice } from './notices.ts'
import { countOf, formatCount } from './quantities.ts'
import { idText, moment, money } from './texts.ts'
import type { Verifier, Verifying } from './verifier.ts'

/** Whether the books balance, since when that is known, and a button that finds out now. */
export function booksTile(
  told: Figures['verification'] | undefined,
  verifier: Verifier,
  now: Date,
  unknown: string,
): TemplateResult {
  const { word, tone, detail } = judgeBooks(told, verifier.state, now, unknown)
  const isChecking = verifier.state.kind === 'checking'
  return html`<div class="tile books ${tone}">
    <dt>Books</dt>
    <dd class="value">${word}</dd>
    <dd class="detail">${detail}</dd>
    <dd class="action">
      <button class="button" aria-disabled=${isChecking} @click=${() => verifier.check()}>
        ${isChecking ? 'Checking…' : 'Check now'}
      </button>
    </dd>
  </div>`
}

type Judgement = { readonly word: string; readonly tone: '' | 'good' | 'bad'; readonly detail: unknown }

function judgeBooks(
  told: Figures['verification'] | undefined,
  state: Verifying,
  now: Date,
  unknown: string,
): Judgement {
  if (state.kind === 'checking') {
    const soFar = state.transactions + state.accounts
    const detail =
      soFar === 0 ? 'reading the books' : `${formatCount(state.transactions)} transactions so far`
    return { word: 'Checking', tone: '', detail }
  }
  const known =
    state.kind === 'done'
      ? { faults: state.verification.faultCount, completedAt: state.verification.pass.completedAt }
      : told
  if (known === undefined) return { word: '–', tone: '', detail: unknown }
  const when =
    known.completedAt === undefined ? 'never checked whole' : html`checked ${moment(known.completedAt, now)}`
  if (known.faults > 0) return { word: countOf(known.faults, 'fault'), tone: 'bad', detail: when }
  if (known.completedAt === undefined) return { word: 'Not checked', tone: '', detail: when }
  return { word: 'Balanced', tone: 'good', detail: when }
}

/** What a check that was asked for here found. */
export function booksFindings(verifier: Verifier): TemplateResult | typeof nothing {
  const { state } = verifier
  if (state.kind === 'refused') return refusalNotice(state.refusal, () => verifier.check())
  if (state.kind !== 'done') return nothing
  const { faultCount, faults, sums = [] } = state.verification
  const read = `${countOf(state.transactions, 'transaction')} read since the last check.`
  if (faultCount === 0) {
    const totals = sums.map(
      ({ currency, accounts, balance }, index) =>
        html`${index === 0 ? ' ' : ', '}${countOf(accounts, 'account')} come to ${money(balance, currency)}`,
    )
    return notice(
      'good',
      html`<strong>The books balance.</strong> ${read}${totals}${totals.length > 0 ? '.' : nothing}`,
    )
  }
  return html`<div class="notice bad" role="alert">
    <div>
      <p class="notice-title">The books have ${countOf(faultCount, 'fault')}</p>
      <ul class="faults">
        ${faults.map(({ code, subject, message }) => html`<li><b>${code}</b> ${idText(subject)} ${message}</li>`)}
      </ul>
    </div>
  </div>`
}
