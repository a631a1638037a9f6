import type { Account } from '../ledger/account.ts'
import { formatMoney } from '../ledger/money.ts'
import type { SqlTransaction } from './connect.ts'
import { toSqlTime } from './time.ts'

/** What of an account changes by request, and not by transactions. */
export type Standing = Pick<Account, 'status' | 'overdraftLimit'>

/** Writes status, limit and version of a locked account; its money is left to the drain. */
export async function writeStanding(transaction: SqlTransaction, account: Account, now: Date): Promise<void> {
  const { accountId, status, overdraftLimit, version } = account
  await transaction.raw(
    'UPDATE accounts SET status = ?, overdraft_limit = ?, version = ?, updated_at = ? WHERE account_id = ?',
    [
      status,
      overdraftLimit === null ? null : formatMoney(overdraftLimit),
      version,
      toSqlTime(now),
      accountId,
    ] as never,
  )
}
