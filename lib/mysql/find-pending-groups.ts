import type { Database } from './connect.ts'
import { fromSqlTime, toSqlTime } from './time.ts'

export type PendingGroup = {
  readonly orderingGroup: number
  readonly lastSeq: number
  readonly oldestAcceptedAt: string
  readonly pending: number
}

/**
 * Finds the groups whose oldest PENDING transaction was accepted before a moment. First which groups have any, a look at each
 * group, and then group by group: together, the index would be read from end to end.
 */
export async function findPendingGroups(db: Database, before: Date): Promise<PendingGroup[]> {
  const [rows] = await db.raw(
    `SELECT ordering_group, MAX(seq) AS last_seq, MIN(accepted_at) AS oldest, COUNT(*) AS pending
       FROM (SELECT ordering_group AS pending_group, MIN(seq) AS first_seq
               FROM transactions FORCE INDEX (transactions_drain)
              WHERE status = 'PENDING' GROUP BY ordering_group) AS pending_groups
       STRAIGHT_JOIN transactions FORCE INDEX (transactions_drain)
          ON ordering_group = pending_group AND status = 'PENDING' AND seq >= first_seq
      GROUP BY ordering_group HAVING oldest < ? ORDER BY ordering_group`,
    [toSqlTime(before)],
  )
  return rows.map((row: { ordering_group: number; last_seq: string; oldest: string; pending: string }) => ({
    orderingGroup: row.ordering_group,
    lastSeq: Number(row.last_seq),
    oldestAcceptedAt: fromSqlTime(row.oldest),
    pending: Number(row.pending),
  }))
}
