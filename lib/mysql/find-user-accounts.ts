import { ACCOUNT_COLUMNS, type AccountRecord, toAccountRecord } from './account-record.ts'
import type { Database } from './connect.ts'

export type UserAccountsQuery = {
  readonly userId: string
  /** Only those behind this id: where the last page ended. Every id is behind the empty one. */
  readonly afterId: string
  readonly limit: number
}

/** Reads the accounts of a user in order of id, closed ones too. */
export async function findUserAccounts(
  db: Database,
  { userId, afterId, limit }: UserAccountsQuery,
): Promise<AccountRecord[]> {
  const [rows] = await db.raw(
    `SELECT ${ACCOUNT_COLUMNS} FROM accounts FORCE INDEX (accounts_by_user)
      WHERE user_id = ? AND account_id > ? ORDER BY account_id LIMIT ?`,
    [userId, afterId, limit],
  )
  return rows.map(toAccountRecord)
}
