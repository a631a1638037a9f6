import { ACCOUNT_COLUMNS, type AccountRecord, toAccountRecord } from './account-record.ts'
import type { SqlTransaction } from './connect.ts'

/**
 * Locks accounts and answers those that exist, by id. Locked in id order, after the transactions that name
 * them, so that batches that share accounts wait for each other instead of deadlocking.
 */
export async function lockAccounts(
  transaction: SqlTransaction,
  accountIds: readonly string[],
): Promise<Map<string, AccountRecord>> {
  if (accountIds.length === 0) return new Map()
  const [rows] = await transaction.raw(
    `SELECT ${ACCOUNT_COLUMNS} FROM accounts FORCE INDEX (PRIMARY)
      WHERE account_id IN (?) ORDER BY account_id FOR UPDATE`,
    [accountIds as never],
  )
  return new Map(rows.map(toAccountRecord).map((account: AccountRecord) => [account.accountId, account]))
}
