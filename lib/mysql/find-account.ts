import { ACCOUNT_COLUMNS, type AccountRecord, toAccountRecord } from './account-record.ts'
import type { Database } from './connect.ts'

/** Reads an account, whatever its status; undefined if there never was one. */
export async function findAccount(db: Database, accountId: string): Promise<AccountRecord | undefined> {
  const [rows] = await db.raw(`SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE account_id = ?`, [accountId])
  return rows.length === 0 ? undefined : toAccountRecord(rows[0])
}
