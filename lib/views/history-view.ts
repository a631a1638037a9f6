import { moneyJson } from '../http/json.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'
import { type TransactionView, transactionView } from './transaction-view.ts'

/** A transaction with the balances of those sides alone that are its reader's: what others have is not theirs to see. */
export function ownTransactionView(
  record: TransactionRecord,
  isOwn: (accountId: string) => boolean,
): TransactionView {
  return transactionView({
    ...record,
    ...(!isOwn(record.sourceAccountId) && { sourceBalanceAfter: null, sourceVersion: null }),
    ...(!isOwn(record.destinationAccountId) && { destinationBalanceAfter: null, destinationVersion: null }),
  })
}

/** A transaction as one of its accounts sees it: which way the money goes, and its own balance and version after it. */
export function historyView(record: TransactionRecord, accountId: string): Record<string, unknown> {
  const isSource = record.sourceAccountId === accountId
  const balanceAfter = isSource ? record.sourceBalanceAfter : record.destinationBalanceAfter
  const version = isSource ? record.sourceVersion : record.destinationVersion
  return {
    ...ownTransactionView(record, () => false),
    direction: isSource ? 'OUT' : 'IN',
    ...(balanceAfter !== null && { balanceAfter: moneyJson(balanceAfter) }),
    ...(version !== null && { version }),
  }
}
