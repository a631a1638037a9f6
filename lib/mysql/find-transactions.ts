import type { Database } from './connect.ts'
import { TRANSACTION_COLUMNS, type TransactionRecord, toTransactionRecord } from './transaction-record.ts'

/** Reads the transactions with these ids, in no particular order; ids that are not known are left out. */
export async function findTransactions(
  db: Database,
  transactionIds: readonly string[],
): Promise<TransactionRecord[]> {
  if (transactionIds.length === 0) return []
  const [rows] = await db.raw(`SELECT ${TRANSACTION_COLUMNS} FROM transactions WHERE transaction_id IN (?)`, [
    transactionIds as never,
  ])
  return rows.map(toTransactionRecord)
}
