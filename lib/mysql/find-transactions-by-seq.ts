import type { Database } from './connect.ts'
import { TRANSACTION_COLUMNS, type TransactionRecord, toTransactionRecord } from './transaction-record.ts'

/** Reads the transactions with these `seq`s, in order. */
export async function findTransactionsBySeq(
  db: Database,
  seqs: readonly number[],
): Promise<TransactionRecord[]> {
  if (seqs.length === 0) return []
  const [rows] = await db.raw(
    `SELECT ${TRANSACTION_COLUMNS} FROM transactions WHERE seq IN (?) ORDER BY seq`,
    [seqs as never],
  )
  return rows.map(toTransactionRecord)
}
