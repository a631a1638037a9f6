import { parseJsonVerbatim } from '../http/json.ts'
import type { AccountRecord } from '../mysql/account-record.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'
import { type BalanceView, balanceView } from '../views/balance-view.ts'
import { type TransactionView, transactionView } from '../views/transaction-view.ts'

/** What is to be told about a batch, once it is committed: to consumers, and to the cache. */
export type SettledBatch = {
  /** Final transactions by ordering group, in `seq` order. */
  readonly results: readonly GroupResults[]
  readonly balances: readonly BalanceView[]
}

export type GroupResults = { readonly group: number; readonly transactions: readonly TransactionView[] }

export function settledBatch(
  finals: readonly TransactionRecord[],
  accounts: readonly AccountRecord[],
): SettledBatch {
  const groups = Map.groupBy(finals, ({ orderingGroup }) => orderingGroup)
  return {
    results: [...groups].map(([group, records]) => ({ group, transactions: records.map(transactionView) })),
    balances: accounts.map(account => balanceView(account, account.updatedAt)),
  }
}

/** The batch from the outbox; its numbers are written again digit for digit. */
export function fromPayload(payload: string): SettledBatch {
  return parseJsonVerbatim(payload) as SettledBatch
}
