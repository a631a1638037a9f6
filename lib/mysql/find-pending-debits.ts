import type { Money } from '../ledger/money.ts'
import type { Database } from './connect.ts'
import { readSum } from './read-sum.ts'

/** What is still to leave an account or to be reserved, and the account's version at that same moment. */
export type PendingDebits = {
  readonly accountId: string
  readonly pending: Money
  readonly version: number
}

type Row = { account_id: string; pending: string; version: string }

/**
 * Adds up, for each of the accounts that there are, the PENDING transactions it is to pay. A capture pays what is held
 * already and a void pays nothing, so neither counts.
 *
 * One statement, so one moment for all of it: what is no longer PENDING then is in the balance of that version. Read
 * along (source, status), where an account's PENDING transactions stand together, however long its history is.
 */
export async function findPendingDebits(
  db: Database,
  accountIds: readonly string[],
): Promise<PendingDebits[]> {
  const [rows] = await db.raw(
    `SELECT account_id, version, COALESCE(
              (SELECT SUM(amount) FROM transactions FORCE INDEX (transactions_source_finished)
                WHERE source_account_id = accounts.account_id AND status = 'PENDING' AND type NOT IN ('capture', 'void')),
              0.0000) AS pending
       FROM accounts WHERE account_id IN (?)`,
    [accountIds as never],
  )
  return rows.map((row: Row) => ({
    accountId: row.account_id,
    pending: readSum(row.pending),
    version: Number(row.version),
  }))
}
