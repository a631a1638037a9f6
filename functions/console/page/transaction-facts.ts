import { html, nothing, type TemplateResult } from './lit-html.js'
import { addressOf } from './route.ts'
import { idLink, idText, moment, money } from './texts.ts'
import type { Timeline } from './timeline.ts'
import type { Transaction } from './transaction.ts'
import './copy-button.ts'

/** All that a transaction is. */
export function transactionFacts(
  transaction: Transaction,
  timeline: Timeline | undefined,
  metadata: string | undefined,
  now: Date,
): TemplateResult {
  const { amount, currency, type, parentTransactionId, capturedAmount } = transaction
  const when = (label: string, at: string | undefined): unknown =>
    at === undefined ? nothing : fact(label, moment(at, now, 'milliseconds'))
  return html`
    <p class="amount">${money(amount, currency)}</p>
    <div class="way">${side('From', transaction, 'source')} ${side('To', transaction, 'destination')}</div>
    <dl class="facts">
      ${fact('Type', type)}
      ${capturedAmount === undefined ? nothing : fact('Captured', money(capturedAmount, currency))}
      ${
        parentTransactionId === undefined
          ? nothing
          : fact('Follows up', idLink(parentTransactionId, addressOf.transaction(parentTransactionId)))
      }
      ${when('Accepted', transaction.acceptedAt)} ${when('Held since', transaction.heldAt)}
      ${when('Finished', transaction.finishedAt)} ${when('Expires', transaction.expiresAt)}
      ${when('Sent, says the sender', transaction.timestamp)}
      ${timeline === undefined ? nothing : fact('Ordering group', timeline.orderingGroup)}
      ${copied('Id', transaction.transactionId, 'the transaction id')}
      ${timeline?.traceId === undefined ? nothing : copied('Trace', timeline.traceId, 'the trace id')}
    </dl>
    ${
      metadata === undefined
        ? nothing
        : html`<h3>Metadata</h3>
            <pre tabindex="0" role="region" aria-label="Metadata">${metadata}</pre>`
    }
  `
}

/** A line of a list of facts. */
export function fact(label: string, value: unknown): TemplateResult {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`
}

function copied(label: string, text: string, what: string): TemplateResult {
  return fact(
    label,
    html`<span class="copied">${idText(text)}<copy-button .text=${text} .what=${what}></copy-button></span>`,
  )
}

function side(label: string, transaction: Transaction, which: 'source' | 'destination'): TemplateResult {
  const id = transaction[`${which}AccountId`]
  const after = transaction[`${which}BalanceAfter`]
  return html`<div class="side">
    <span class="side-label">${label}</span>
    ${idLink(id, addressOf.account(id))}
    ${after === undefined ? nothing : html`<span class="after">balance after ${money(after, transaction.currency)}</span>`}
  </div>`
}
