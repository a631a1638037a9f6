import { ACCOUNT_COLUMNS, type AccountRecord, toAccountRecord } from './account-record.ts'
import type { Database } from './connect.ts'

/** Reads the accounts that there are of these, in no particular order. */
export async function findAccountsById(
  db: Database,
  accountIds: readonly string[],
): Promise<AccountRecord[]> {
  if (accountIds.length === 0) return []
  const [rows] = await db.raw(`SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE account_id IN (?)`, [
    accountIds as never,
  ])
  return rows.map(toAccountRecord)
}
