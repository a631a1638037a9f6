import type { Applied } from '../ledger/transaction.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'
import type { Failed } from '../mysql/write-outcomes.ts'

/** The row of a transaction as `writeOutcomes` leaves it, without reading it again. */
export function finalRecord(outcome: Applied | Failed, now: Date): TransactionRecord {
  const record = outcome.transaction as TransactionRecord
  const finishedAt = now.toISOString()
  if (outcome.kind === 'rejected') return { ...record, status: 'FAILED', reason: outcome.reason, finishedAt }
  const { kind: _kind, transaction: _transaction, ...after } = outcome
  return { ...record, ...after, status: 'COMPLETED', finishedAt }
}
