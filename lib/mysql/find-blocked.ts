import type { Database } from './connect.ts'
import { TRANSACTION_COLUMNS, type TransactionRecord, toTransactionRecord } from './transaction-record.ts'

/** A PENDING transaction that has failed by itself, and how many of its source wait behind it. */
export type Blocked = { readonly record: TransactionRecord; readonly queuedBehind: number }

/**
 * Reads the PENDING transactions that have failed by themselves, the oldest first. Group by group along the index of
 * draining, so that what is PENDING is read and no more: there is no index of failures, which every transaction would pay for.
 */
export async function findBlocked(db: Database, limit: number): Promise<Blocked[]> {
  const [rows] = await db.raw(
    `SELECT ${TRANSACTION_COLUMNS},
            (SELECT COUNT(*) FROM transactions AS later FORCE INDEX (transactions_by_source)
              WHERE later.source_account_id = failed.source_account_id AND later.seq > failed.seq
                AND later.status = 'PENDING') AS queued_behind
       FROM (SELECT ordering_group AS pending_group, MIN(seq) AS first_seq
               FROM transactions FORCE INDEX (transactions_drain)
              WHERE status = 'PENDING' GROUP BY ordering_group) AS pending_groups
       STRAIGHT_JOIN transactions AS failed FORCE INDEX (transactions_drain)
          ON failed.ordering_group = pending_group AND failed.status = 'PENDING' AND failed.seq >= first_seq
         AND failed.failure_count > 0
      ORDER BY seq LIMIT ?`,
    [limit],
  )
  return rows.map((row: Parameters<typeof toTransactionRecord>[0] & { queued_behind: string }) => ({
    record: toTransactionRecord(row),
    queuedBehind: Number(row.queued_behind),
  }))
}
