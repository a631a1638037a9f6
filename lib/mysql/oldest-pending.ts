import type { Database, SqlTransaction } from './connect.ts'

/**
 * The `seq` of the oldest PENDING transaction of all; undefined if none is PENDING. A lower bound that spares a
 * search among an account's PENDING transactions its long history.
 */
export async function findOldestPendingSeq(db: Database | SqlTransaction): Promise<number | undefined> {
  const [rows] = await db.raw(
    `SELECT MIN(first_seq) AS oldest FROM (
       SELECT MIN(seq) AS first_seq FROM transactions FORCE INDEX (transactions_drain)
        WHERE status = 'PENDING' GROUP BY ordering_group) AS firsts`,
  )
  const oldest: string | null = rows[0].oldest
  return oldest === null ? undefined : Number(oldest)
}
