import { statusAfter } from '../ledger/books.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'
import type { Written } from '../mysql/write-outcomes.ts'

/** The row of a transaction as `writeOutcomes` leaves it, without reading it again. */
export function finalRecord(outcome: Written, now: Date): TransactionRecord {
  const record = outcome.transaction as TransactionRecord
  const decidedAt = now.toISOString()
  const final = { decidedAt, finishedAt: decidedAt }
  if (outcome.kind === 'rejected') return { ...record, ...final, status: 'FAILED', reason: outcome.reason }
  const { kind: _kind, transaction: _transaction, heldChange: _heldChange, ...after } = outcome
  const status = statusAfter(outcome)
  return { ...record, ...after, ...final, status, ...(status === 'HELD' && { finishedAt: null }) }
}
