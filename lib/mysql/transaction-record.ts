import type { AccountId } from '../ledger/account.ts'
import type { Money } from '../ledger/money.ts'
import type { Parent, PendingTransaction, TransactionId, TransactionType } from '../ledger/transaction.ts'
import { readMoney } from './money.ts'
import { fromSqlTime } from './time.ts'

/** A row of `transactions`, read. Times are RFC 3339 in UTC. */
export type TransactionRecord = PendingTransaction &
  Parent & {
    readonly orderingGroup: number
    readonly occurredAt: string | null
    /** When a hold ends by itself; null is never. */
    readonly expiresAt: string | null
    readonly metadata: string | null
    readonly traceparent: string | null
    readonly reason: string | null
    readonly sourceBalanceAfter: Money | null
    readonly destinationBalanceAfter: Money | null
    readonly sourceVersion: number | null
    readonly destinationVersion: number | null
    readonly failureCount: number
    readonly lastError: string | null
    readonly acceptedAt: string
    /** When it was no longer PENDING; of a hold, when it was held. */
    readonly decidedAt: string | null
    readonly finishedAt: string | null
  }

export const TRANSACTION_COLUMNS = `seq, transaction_id, ordering_group, type, source_account_id,
  destination_account_id, amount, settled_amount, currency, parent_transaction_id, occurred_at, expires_at, metadata, traceparent, status, reason, source_balance_after,
  destination_balance_after, source_version, destination_version, failure_count, last_error, accepted_at, decided_at, finished_at`

/** What the driver returns: BIGINT and DECIMAL as strings, dates as strings. */
export type TransactionRow = {
  seq: string
  transaction_id: string
  ordering_group: number
  type: string
  source_account_id: string
  destination_account_id: string
  amount: string
  settled_amount: string
  currency: string | null
  parent_transaction_id: string | null
  occurred_at: string | null
  expires_at: string | null
  metadata: string | null
  traceparent: string | null
  status: Parent['status']
  reason: string | null
  source_balance_after: string | null
  destination_balance_after: string | null
  source_version: string | null
  destination_version: string | null
  failure_count: number
  last_error: string | null
  accepted_at: string
  decided_at: string | null
  finished_at: string | null
}

export function toTransactionRecord(row: TransactionRow): TransactionRecord {
  return {
    seq: Number(row.seq),
    transactionId: row.transaction_id as TransactionId,
    orderingGroup: row.ordering_group,
    type: row.type as TransactionType,
    sourceAccountId: row.source_account_id as AccountId,
    destinationAccountId: row.destination_account_id as AccountId,
    amount: readMoney(row.amount),
    settledAmount: readMoney(row.settled_amount),
    currency: row.currency,
    parentTransactionId: row.parent_transaction_id as TransactionId | null,
    occurredAt: row.occurred_at && fromSqlTime(row.occurred_at),
    expiresAt: row.expires_at && fromSqlTime(row.expires_at),
    metadata: row.metadata,
    traceparent: row.traceparent,
    status: row.status,
    reason: row.reason,
    sourceBalanceAfter: row.source_balance_after === null ? null : readMoney(row.source_balance_after),
    destinationBalanceAfter:
      row.destination_balance_after === null ? null : readMoney(row.destination_balance_after),
    sourceVersion: row.source_version === null ? null : Number(row.source_version),
    destinationVersion: row.destination_version === null ? null : Number(row.destination_version),
    failureCount: row.failure_count,
    lastError: row.last_error,
    acceptedAt: fromSqlTime(row.accepted_at),
    decidedAt: row.decided_at && fromSqlTime(row.decided_at),
    finishedAt: row.finished_at && fromSqlTime(row.finished_at),
  }
}
