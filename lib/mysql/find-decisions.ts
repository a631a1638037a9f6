import type { Database } from './connect.ts'
import { toSqlTime } from './time.ts'
import { TRANSACTION_COLUMNS, type TransactionRecord, toTransactionRecord } from './transaction-record.ts'

/** A place in the order of decisions: what one step decided has one moment, and is in order of `seq`. */
export type DecisionPlace = { readonly decidedAt: Date; readonly seq: number }

export type DecisionsQuery = {
  readonly from: Date
  readonly to: Date
  /** Only what was decided behind it: where the last page ended. */
  readonly after: DecisionPlace | undefined
  readonly limit: number
}

/**
 * Reads transactions that were decided at `from` or later and before `to`, in the order they were. Read along an index that
 * has that order, from where the last page ended.
 */
export async function findDecisions(
  db: Database,
  { from, to, after, limit }: DecisionsQuery,
): Promise<TransactionRecord[]> {
  const isFurther = after !== undefined && after.decidedAt >= from
  const begin = toSqlTime(isFurther ? after.decidedAt : from)
  const [rows] = await db.raw(
    `SELECT ${TRANSACTION_COLUMNS} FROM transactions FORCE INDEX (transactions_by_decision)
      WHERE decided_at >= ? AND decided_at < ? AND (decided_at > ? OR seq > ?)
      ORDER BY decided_at, seq LIMIT ?`,
    [begin, toSqlTime(to), begin, isFurther ? after.seq : 0, limit],
  )
  return rows.map(toTransactionRecord)
}
