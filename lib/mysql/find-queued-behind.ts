import type { Database } from './connect.ts'
import { findOldestPendingSeq } from './find-oldest-pending.ts'

/** What a source sent after one of its transactions, and what is not decided yet. */
export type QueuedBehind = { readonly count: number; readonly transactionIds: readonly string[] }

/** Reads the PENDING transactions of a source behind a `seq`: how many they are, and the ids of the first of them. */
export async function findQueuedBehind(
  db: Database,
  query: { readonly sourceAccountId: string; readonly seq: number; readonly idLimit: number },
): Promise<QueuedBehind> {
  const { sourceAccountId, seq, idLimit } = query
  const oldest = await findOldestPendingSeq(db)
  if (oldest === undefined) return { count: 0, transactionIds: [] }
  // From the oldest PENDING on, so that what the source has sent and had decided since is not read.
  const from = `FROM transactions FORCE INDEX (transactions_by_source)
    WHERE source_account_id = ? AND seq > ? AND seq >= ? AND status = 'PENDING'`
  const values = [sourceAccountId, seq, oldest]
  const [[{ rows_ }]] = await db.raw(`SELECT COUNT(*) AS rows_ ${from}`, values)
  const [rows] = await db.raw(`SELECT transaction_id ${from} ORDER BY seq LIMIT ?`, [...values, idLimit])
  return {
    count: Number(rows_),
    transactionIds: rows.map((row: { transaction_id: string }) => row.transaction_id),
  }
}
