import { moneyJson } from '../http/json.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'
import { ownTransactionView } from './own-transaction-view.ts'
import { transactionView } from './transaction-view.ts'

/** A transaction as one of its accounts sees it: which way the money goes, and its own balance and version after it. */
export function historyView(record: TransactionRecord, accountId: string): Record<string, unknown> {
  const isSource = record.sourceAccountId === accountId
  const balanceAfter = isSource ? record.sourceBalanceAfter : record.destinationBalanceAfter
  const version = isSource ? record.sourceVersion : record.destinationVersion
  return {
    ...ownTransactionView(transactionView(record), () => false),
    direction: isSource ? 'OUT' : 'IN',
    ...(balanceAfter !== null && { balanceAfter: moneyJson(balanceAfter) }),
    ...(version !== null && { version }),
  }
}
