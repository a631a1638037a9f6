import type { Database } from './connect.ts'

/** A group with PENDING transactions: the first and the last of them. */
export type WaitingGroup = {
  readonly orderingGroup: number
  readonly firstSeq: number
  readonly lastSeq: number
}

/** Finds the groups that have something PENDING, a look at each; not those that begin with one that fails by itself. */
export async function findWaitingGroups(db: Database): Promise<WaitingGroup[]> {
  const [rows] = await db.raw(
    `SELECT ends.ordering_group, first_seq, last_seq FROM (
       SELECT ordering_group, MIN(seq) AS first_seq, MAX(seq) AS last_seq
         FROM transactions FORCE INDEX (transactions_drain)
        WHERE status = 'PENDING' GROUP BY ordering_group) AS ends
       JOIN transactions ON seq = first_seq WHERE failure_count = 0`,
  )
  return rows.map((row: { ordering_group: number; first_seq: string; last_seq: string }) => ({
    orderingGroup: row.ordering_group,
    firstSeq: Number(row.first_seq),
    lastSeq: Number(row.last_seq),
  }))
}
