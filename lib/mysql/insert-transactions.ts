import type { AccountId } from '../ledger/account.ts'
import { formatMoney, type Money } from '../ledger/money.ts'
import type { TransactionId, TransactionType } from '../ledger/transaction.ts'
import type { Database, SqlTransaction } from './connect.ts'
import { toSqlTime } from './time.ts'

/** A transaction as it is accepted: PENDING, without a `seq` yet. */
export type NewTransaction = {
  readonly transactionId: TransactionId
  readonly orderingGroup: number
  readonly type: TransactionType
  readonly sourceAccountId: AccountId
  readonly destinationAccountId: AccountId
  readonly amount: Money
  readonly currency: string | null
  readonly parentTransactionId: TransactionId | null
  /** When a hold ends by itself; null is never, and for all other types. */
  readonly expiresAt: Date | null
  /** The caller's own time of the event, if it gave one. */
  readonly occurredAt: Date | null
  /** What the caller keeps with it: an object as compact JSON, its numbers digit for digit. */
  readonly metadata: string | null
  /** The trace that its request is recorded in; null if in none. */
  readonly traceparent: string | null
}

const INSERT = `
INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id,
                          amount, currency, parent_transaction_id, occurred_at, expires_at, metadata, traceparent,
                          accepted_at)
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
    transaction.parentTransactionId,
    transaction.occurredAt && toSqlTime(transaction.occurredAt),
    transaction.expiresAt && toSqlTime(transaction.expiresAt),
    transaction.metadata,
    transaction.traceparent,
    accepted,
  ])
  const [{ insertId }] = await db.raw(INSERT, [rows as never])
  // An INSERT whose number of rows is known in advance gets consecutive numbers, in order, and reports the first.
  const first = Number(insertId)
  return rows.map((_, index) => first + index)
}
