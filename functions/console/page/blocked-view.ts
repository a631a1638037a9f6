import type { Answer } from './answer.ts'
import type { BlockedTransaction } from './dead-letter.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { refusalNotice } from './notices.ts'
import { countOf } from './quantities.ts'
import { addressOf } from './route.ts'
import { idLink, moment } from './texts.ts'

export type Blocked = { readonly blocked: readonly BlockedTransaction[] }

/** What fails by itself and holds up what comes behind it: the first thing to look at. */
export function blockedView(
  answer: Answer<Blocked> | undefined,
  now: Date,
  retry: () => void,
): TemplateResult | typeof nothing {
  if (answer === undefined) return nothing
  if (!answer.ok) return refusalNotice(answer, retry)
  const { blocked } = answer.body
  if (blocked.length === 0) return nothing
  return html`<section class="panel blocked" aria-labelledby="blocked-heading">
    <h2 id="blocked-heading">Blocked now</h2>
    <p class="panel-note">
      ${countOf(blocked.length, 'transaction')} failed by themselves. What their sources sent later waits, until they are
      mended or given up on.
    </p>
    <ul class="blocked-list">
      ${blocked.map(
        ({ transactionId, detail, attempts, queuedBehind, acceptedAt, sourceAccountId }) => html`<li>
          <p>${idLink(transactionId, addressOf.transaction(transactionId))}</p>
          <p class="fault-text">${detail}</p>
          <p class="second">
            from ${idLink(sourceAccountId, addressOf.account(sourceAccountId))}, accepted ${moment(acceptedAt, now)}, failed
            ${countOf(attempts, 'time')}, ${queuedBehind} behind it
          </p>
        </li>`,
      )}
    </ul>
  </section>`
}
