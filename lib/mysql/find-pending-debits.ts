import type { Money } from '../ledger/money.ts'
import { ACCOUNT_COLUMNS, type AccountRecord, type AccountRow, toAccountRecord } from './account-record.ts'
import type { Database } from './connect.ts'
import { readSum } from './money.ts'

/** An account, and what is still to leave it or to be reserved, both as they stand at one moment. */
export type AccountWithPending = { readonly account: AccountRecord; readonly pending: Money }

/**
 * Reads the accounts that there are of these and adds up, for each, the PENDING transactions it is to pay. A capture
 * pays what is held already and a void pays nothing, so neither counts.
 *
 * One statement, so one moment for all of it: a debit is in the balance or in what is pending, never in neither. Read
 * along (source, status), where an account's PENDING transactions stand together, however long its history is.
 */
export async function findPendingDebits(
  db: Database,
  accountIds: readonly string[],
): Promise<AccountWithPending[]> {
  const [rows] = await db.raw(
    `SELECT ${ACCOUNT_COLUMNS}, COALESCE(
              (SELECT SUM(amount) FROM transactions FORCE INDEX (transactions_source_finished)
                WHERE source_account_id = accounts.account_id AND transactions.status = 'PENDING'
                  AND type NOT IN ('capture', 'void')),
              0.0000) AS pending
       FROM accounts WHERE account_id IN (?)`,
    [accountIds as never],
  )
  return rows.map((row: AccountRow & { pending: string }) => ({
    account: toAccountRecord(row),
    pending: readSum(row.pending),
  }))
}
