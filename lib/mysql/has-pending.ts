import type { SqlTransaction } from './connect.ts'
import { findOldestPendingSeq } from './find-oldest-pending.ts'

/** Says whether an account, which must be locked, has transactions on either side that are not decided yet. */
export async function hasPending(transaction: SqlTransaction, accountId: string): Promise<boolean> {
  const oldest = await findOldestPendingSeq(transaction)
  if (oldest === undefined) return false
  const [rows] = await transaction.raw(
    `(SELECT seq FROM transactions FORCE INDEX (transactions_by_source)
       WHERE source_account_id = ? AND seq >= ? AND status = 'PENDING' LIMIT 1)
     UNION ALL
     (SELECT seq FROM transactions FORCE INDEX (transactions_by_destination)
       WHERE destination_account_id = ? AND seq >= ? AND status = 'PENDING' LIMIT 1)`,
    [accountId, oldest, accountId, oldest],
  )
  return rows.length > 0
}
