import type { Database } from './connect.ts'
import { TRANSACTION_COLUMNS, type TransactionRecord, toTransactionRecord } from './transaction-record.ts'

/** Reads those of these transactions that are no longer PENDING. */
export async function findDecided(
  db: Database,
  transactionIds: readonly string[],
): Promise<TransactionRecord[]> {
  const [rows] = await db.raw(
    `SELECT ${TRANSACTION_COLUMNS} FROM transactions WHERE transaction_id IN (?) AND status <> 'PENDING'`,
    [transactionIds as never],
  )
  return rows.map(toTransactionRecord)
}
