import type { Account, Balance } from './account.ts'
import type { FeedConnection } from './balance-feed.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { moment, money } from './texts.ts'
import { fact } from './transaction-facts.ts'

export type ShownBalance = {
  readonly account: Account | undefined
  readonly balance: Balance | undefined
  readonly pending: string | null | undefined
  readonly connection: FeedConnection
  readonly now: Date
}

/** What an account has, as it changes, and what it is. */
export function balanceView({ account, balance, pending, connection, now }: ShownBalance): TemplateResult {
  const currency = balance?.currency ?? account?.currency
  return html`<section class="panel balance-panel" aria-labelledby="balance-heading">
    <div class="panel-head">
      <h2 id="balance-heading">Balance</h2>
      ${connectionView(connection)}
    </div>
    <p class="amount" data-balance>${balance === undefined ? '–' : money(balance.balance, currency)}</p>
    <dl class="parts">
      ${fact('Available', balance === undefined ? '–' : balance.available === null ? 'no limit' : money(balance.available))}
      ${fact('Held', balance === undefined ? '–' : money(balance.held))}
      ${fact('Pending', pending === undefined ? '–' : pending === null ? 'not known now' : money(pending))}
      ${fact('Overdraft limit', account === undefined ? '–' : account.overdraftLimit === null ? 'no limit' : money(account.overdraftLimit))}
      ${fact('Version', balance === undefined ? '–' : balance.version)} ${fact('Type', account?.accountType ?? '–')}
      ${account?.userId === undefined ? nothing : fact('Owner', html`<span class="id">${account.userId}</span>`)}
      ${fact('Opened', account === undefined ? '–' : moment(account.createdAt, now))}
    </dl>
  </section>`
}

const WORDS = {
  connecting: { word: 'connecting', meaning: 'The balance is asked for.' },
  live: { word: 'live', meaning: 'The balance changes here as it changes.' },
  reconnecting: { word: 'reconnecting', meaning: 'The balance may be old; it is asked for again by itself.' },
  refused: { word: 'not followed', meaning: 'The balance is not followed.' },
} as const

function connectionView({ kind }: FeedConnection): TemplateResult {
  const { word, meaning } = WORDS[kind]
  return html`<p class="connection ${kind}" title=${meaning}><span class="dot"></span><span role="status">${word}</span></p>`
}
