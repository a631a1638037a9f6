import { isId } from '../openapi/is-id.ts'
import type { Database } from './connect.ts'

/*
 * A user is a caller's if the caller has created it, or is it: the token's `sub` is the user's id. An account is a
 * caller's if its user is. Neither ever changes.
 */
const IS_THE_CALLERS = '(users.created_by = ? OR users.user_id = ?)'

/** Finds those of the accounts that belong to users of the caller. */
export async function findOwnedAccounts(
  db: Database,
  callerId: string,
  accountIds: readonly string[],
): Promise<string[]> {
  const [rows] = await db.raw(
    `SELECT accounts.account_id FROM accounts JOIN users ON users.user_id = accounts.user_id
      WHERE accounts.account_id IN (?) AND ${IS_THE_CALLERS}`,
    [accountIds, ...identities(callerId)] as never,
  )
  return rows.map(({ account_id }: { account_id: string }) => account_id)
}

/** Says whether a user is the caller's. */
export async function isOwnUser(db: Database, callerId: string, userId: string): Promise<boolean> {
  const [rows] = await db.raw(`SELECT 1 FROM users WHERE user_id = ? AND ${IS_THE_CALLERS}`, [
    userId,
    ...identities(callerId),
  ])
  return rows.length > 0
}

/** As the bytes of a creator, and as the id of a user. What is no id is no user's; the empty one is none either. */
export function identities(callerId: string): [Buffer, string] {
  return [Buffer.from(callerId), isId(callerId) ? callerId : '']
}
