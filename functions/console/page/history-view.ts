import { movesMoney } from './account.ts'
import type { AccountHistory } from './account-history.ts'
import { badge } from './badges.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { emptyNotice, loadingRows, refusalNotice } from './notices.ts'
import { addressOf } from './route.ts'
import { idLink, moment, money } from './texts.ts'
import type { AccountTransaction } from './transaction.ts'

/** The transactions of an account, as far as they were asked for. */
export function historyView(history: AccountHistory, now: Date): TemplateResult {
  const { transactions, refusal, cursor } = history
  return html`<section class="panel">
    <h2>History</h2>
    ${refusal === undefined ? nothing : refusalNotice(refusal, () => history.refresh())}
    ${
      transactions === undefined
        ? refusal === undefined
          ? loadingRows('its history', 5)
          : nothing
        : transactions.length === 0
          ? emptyNotice('No transactions yet', 'What is sent from or to this account appears here by itself.')
          : historyTable(transactions, now)
    }
    ${
      cursor === undefined
        ? nothing
        : html`<p class="show-more">
            <button class="button" aria-disabled=${history.isAsking} @click=${() => history.showMore()}>
              Show more
            </button>
          </p>`
    }
  </section>`
}

function historyTable(transactions: readonly AccountTransaction[], now: Date): TemplateResult {
  return html`<table class="list history" role="table">
    <caption class="unseen">Transactions of the account, the newest accepted first</caption>
    <thead role="rowgroup">
      <tr role="row">
        <th scope="col" role="columnheader" aria-sort="descending">Accepted</th>
        <th scope="col" role="columnheader">Transaction</th>
        <th scope="col" role="columnheader">What</th>
        <th scope="col" role="columnheader">Status</th>
        <th scope="col" role="columnheader" class="number">Amount</th>
        <th scope="col" role="columnheader" class="number">Balance after</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${transactions.map(transaction => historyRow(transaction, now))}
    </tbody>
  </table>`
}

function historyRow(transaction: AccountTransaction, now: Date): TemplateResult {
  const { transactionId, type, direction, status, amount, balanceAfter, acceptedAt } = transaction
  const isOut = direction === 'OUT'
  const other = isOut ? transaction.destinationAccountId : transaction.sourceAccountId
  return html`<tr role="row">
    <td role="cell" class="cell-when">${moment(acceptedAt, now)}</td>
    <td role="cell" class="cell-main">${idLink(transactionId, addressOf.transaction(transactionId))}</td>
    <td role="cell" class="cell-what">
      <span class="faint">${type} ${isOut ? 'to' : 'from'}</span> ${idLink(other, addressOf.account(other))}
    </td>
    <td role="cell" class="cell-status">${badge(status)}</td>
    <td role="cell" class="number cell-amount ${movesMoney(transaction) ? (isOut ? 'out' : 'in') : 'unmoved'}">
      ${isOut ? '−' : '+'}${money(amount)}
    </td>
    <td role="cell" class="number cell-after">
      ${balanceAfter === undefined ? html`<span class="faint">–</span>` : html`<span class="only-narrow">balance </span>${money(balanceAfter)}`}
    </td>
  </tr>`
}
