import type { Database } from './connect.ts'
import { toSqlTime } from './time.ts'
import { TRANSACTION_COLUMNS, type TransactionRecord, toTransactionRecord } from './transaction-record.ts'

/** Finds open holds that expired before a moment, the longest expired first. Their index holds no others. */
export async function findExpiredHolds(
  db: Database,
  before: Date,
  limit: number,
): Promise<TransactionRecord[]> {
  const [rows] = await db.raw(
    `SELECT ${TRANSACTION_COLUMNS} FROM transactions FORCE INDEX (transactions_expiring)
      WHERE expires_at <= ? AND status = 'HELD' ORDER BY expires_at LIMIT ?`,
    [toSqlTime(before), limit],
  )
  return rows.map(toTransactionRecord)
}
