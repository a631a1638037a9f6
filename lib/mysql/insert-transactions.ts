import type { AccountId } from '../ledger/account.ts'
import { formatMoney, type Money } from '../ledger/money.ts'
import type { TransactionId } from '../ledger/transaction.ts'
import type { Database, SqlTransaction } from './connect.ts'
import { toSqlTime } from './time.ts'

/** A transaction as it is accepted: PENDING, without a `seq` yet. */
export type NewTransaction = {
  readonly transactionId: TransactionId
  readonly orderingGroup: number
  readonly type: 'transfer'
  readonly sourceAccountId: AccountId
  readonly destinationAccountId: AccountId
  readonly amount: Money
  readonly currency: string | null
  /** The caller's own time of the event, if it gave one. */
  readonly occurredAt: Date | null
}

const INSERT = `
INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id,
                          amount, currency, occurred_at, accepted_at)
VALUES ?`

/**
 * Stores transactions as PENDING in one statement, all or none, and answers their `seq`s in order. Fails with
 * a duplicate entry if one of the ids is taken.
 */
export async function insertTransactions(
  db: Database | SqlTransaction,
  transactions: readonly NewTransaction[],
  acceptedAt: Date,
): Promise<number[]> {
  const accepted = toSqlTime(acceptedAt)
  const rows = transactions.map(transaction => [
    transaction.transactionId,
    transaction.orderingGroup,
    transaction.type,
    transaction.sourceAccountId,
    transaction.destinationAccountId,
    formatMoney(transaction.amount),
    transaction.currency,
    transaction.occurredAt && toSqlTime(transaction.occurredAt),
    accepted,
  ])
  const [{ insertId }] = await db.raw(INSERT, [rows as never])
  // An INSERT whose number of rows is known in advance gets consecutive numbers, in order, and reports the first.
  const first = Number(insertId)
  return rows.map((_, index) => first + index)
}
