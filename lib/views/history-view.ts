import { moneyJson } from '../http/json.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'
import { transactionView } from './transaction-view.ts'

/**
 * A transaction as one of its accounts sees it: which way the money goes, and its own balance and version after it.
 * What the other side has is not this account's to show.
 */
export function historyView(record: TransactionRecord, accountId: string): Record<string, unknown> {
  const isSource = record.sourceAccountId === accountId
  const balanceAfter = isSource ? record.sourceBalanceAfter : record.destinationBalanceAfter
  const version = isSource ? record.sourceVersion : record.destinationVersion
  const view: Record<string, unknown> = { ...transactionView(record) }
  for (const side of ['source', 'destination']) {
    delete view[`${side}BalanceAfter`]
    delete view[`${side}Version`]
  }
  return {
    ...view,
    direction: isSource ? 'OUT' : 'IN',
    ...(balanceAfter !== null && { balanceAfter: moneyJson(balanceAfter) }),
    ...(version !== null && { version }),
  }
}
