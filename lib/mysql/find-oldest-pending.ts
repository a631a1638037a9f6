import type { Database, SqlTransaction } from './connect.ts'
import { fromSqlTime } from './time.ts'

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

/**
 * When the oldest PENDING transaction was accepted; undefined if none is PENDING. A group that begins with one that fails
 * by itself is left out: what waits behind it says nothing of the load.
 */
export async function findOldestPendingTime(db: Database): Promise<Date | undefined> {
  const [rows] = await db.raw(
    `SELECT MIN(accepted_at) AS oldest FROM (
       SELECT MIN(seq) AS seq FROM transactions FORCE INDEX (transactions_drain)
        WHERE status = 'PENDING' GROUP BY ordering_group) AS firsts
       JOIN transactions USING (seq) WHERE failure_count = 0`,
  )
  const oldest: string | null = rows[0].oldest
  return oldest === null ? undefined : new Date(fromSqlTime(oldest))
}
