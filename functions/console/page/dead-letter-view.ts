import { type DeadLetter, wordsOf } from './dead-letter.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { indentExact } from './parse-exact.ts'
import { addressOf } from './route.ts'
import type { SettleDialog } from './settle-dialog.ts'
import { idLink, idText, moment } from './texts.ts'
import { fact } from './transaction-facts.ts'

/** All that is kept of a dead letter. */
export function deadLetterView(letter: DeadLetter, dialog: SettleDialog, now: Date): TemplateResult {
  const indented = indentExact(letter.payload)
  return html`<div class="columns">
    <section class="panel">
      <h2>What went wrong</h2>
      <p class="meaning">${wordsOf(letter.reason).meaning}</p>
      <p class="fault-text">${letter.detail}</p>
      ${letterFacts(letter, now)} ${letter.state === 'OPEN' ? actions(dialog) : resolution(letter, now)}
    </section>
    <section class="panel">
      <div class="panel-head">
        <h2>Payload</h2>
        <copy-button .text=${letter.payload} .what=${'the payload'}></copy-button>
      </div>
      ${indented === undefined ? html`<p class="panel-note">It is not JSON; this is the text as it was sent.</p>` : nothing}
      <pre tabindex="0" role="region" aria-label="Payload">${indented ?? letter.payload}</pre>
    </section>
  </div>`
}

function letterFacts(letter: DeadLetter, now: Date): TemplateResult {
  const { transactionId, source, reason, attempts, messageId, createdAt, queuedBehind } = letter
  return html`<dl class="facts">
    ${fact('Reason', html`<code>${reason}</code>`)}
    ${fact('Source', source === 'event' ? 'an event that was refused' : 'a transaction that was given up on')}
    ${
      transactionId === undefined
        ? nothing
        : fact('Transaction', isAccepted(letter) ? transactionLink(transactionId) : idText(transactionId))
    }
    ${fact('Message', idText(messageId))} ${fact('Attempts', attempts)} ${fact('Kept', moment(createdAt, now))}
    ${queuedBehind === undefined || source === 'event' ? nothing : fact('Sent after it, pending', queued(letter))}
  </dl>`
}

/** Whether there is a transaction of this id to look at: a refused event has left none. */
function isAccepted({ source, reason, state }: DeadLetter): boolean {
  return source === 'transaction' || reason === 'transaction_id_reused' || state === 'REPLAYED'
}

function transactionLink(id: string): TemplateResult {
  return idLink(id, addressOf.transaction(id))
}

function queued({ queuedBehind = 0, queuedTransactionIds = [] }: DeadLetter): unknown {
  if (queuedBehind === 0) return 'none'
  return html`${queuedBehind}:
  ${queuedTransactionIds.map((id, index) => html`${index === 0 ? nothing : ', '}${transactionLink(id)}`)}`
}

function actions(dialog: SettleDialog): TemplateResult {
  return html`<div class="actions">
    <button class="button primary" @click=${() => dialog.ask('replay')}>Replay…</button>
    <button class="button danger" @click=${() => dialog.ask('discard')}>Discard…</button>
  </div>`
}

function resolution({ state, resolution: ended }: DeadLetter, now: Date): TemplateResult | typeof nothing {
  if (ended === undefined) return nothing
  return html`<h3>${state === 'REPLAYED' ? 'Replayed' : 'Discarded'}</h3>
    <dl class="facts">
      ${fact('By', ended.by)} ${fact('At', moment(ended.at, now))}
      ${ended.reason === undefined ? nothing : fact('Reason', ended.reason)}
      ${
        ended.transactionId === undefined
          ? nothing
          : fact('Accepted again as', transactionLink(ended.transactionId))
      }
    </dl>`
}
