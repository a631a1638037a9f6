import { statusAfter } from '../ledger/books.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'
import type { Written } from '../mysql/write-outcomes.ts'

/** The row of a transaction as `writeOutcomes` leaves it, without reading it again. */
export function finalRecord(outcome: Written, now: Date): TransactionRecord {
  const record = outcome.transaction as TransactionRecord
  const finishedAt = now.toISOString()
  if (outcome.kind === 'rejected') return { ...record, status: 'FAILED', reason: outcome.reason, finishedAt }
  const { kind: _kind, transaction: _transaction, heldChange: _heldChange, ...after } = outcome
  const status = statusAfter(outcome)
  return { ...record, ...after, status, finishedAt: status === 'HELD' ? null : finishedAt }
}
