import type { Database, SqlTransaction } from './connect.ts'
import { lockAccounts } from './lock-accounts.ts'
import { findOldestPendingSeq } from './oldest-pending.ts'
import { toSqlTime } from './time.ts'

export type Closing = 'closed' | 'unknown' | 'has_balance' | 'has_pending'

/** Closes an account, unless it holds money or has transactions that are not final. Closing twice is closing once. */
export async function closeAccount(db: Database, accountId: string, now: Date): Promise<Closing> {
  return await db.transaction(async transaction => {
    const account = (await lockAccounts(transaction, [accountId])).get(accountId)
    if (account === undefined) return 'unknown'
    if (account.status === 'CLOSED') return 'closed'
    if (account.balance !== 0n || account.held !== 0n) return 'has_balance'
    // What is accepted after this look is refused by the closed account; while it is locked nothing is applied.
    if (await hasPending(transaction, accountId)) return 'has_pending'
    await transaction.raw(`UPDATE accounts SET status = 'CLOSED', updated_at = ? WHERE account_id = ?`, [
      toSqlTime(now),
      accountId,
    ])
    return 'closed'
  })
}

async function hasPending(transaction: SqlTransaction, accountId: string): Promise<boolean> {
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
