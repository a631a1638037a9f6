import type { Account } from '../ledger/account.ts'
import { formatMoney } from '../ledger/money.ts'
import type { SqlTransaction } from './connect.ts'
import { toSqlTime } from './time.ts'

/** Writes the balances and versions of locked accounts in one statement; by the index, like `writeOutcomes`. */
export async function writeBalances(
  transaction: SqlTransaction,
  accounts: readonly Account[],
  now: Date,
): Promise<void> {
  if (accounts.length === 0) return
  const changes = accounts.map(account => ({
    id: account.accountId,
    balance: formatMoney(account.balance),
    held: formatMoney(account.held),
    version: account.version,
  }))
  const [{ affectedRows }] = await transaction.raw(
    `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
        id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PATH '$.id',
        balance DECIMAL(19,4) PATH '$.balance', held DECIMAL(19,4) PATH '$.held',
        version BIGINT UNSIGNED PATH '$.version')) AS change_
       STRAIGHT_JOIN accounts FORCE INDEX (PRIMARY) ON accounts.account_id = change_.id
        SET accounts.balance = change_.balance, accounts.held = change_.held,
            accounts.version = change_.version, accounts.updated_at = ?`,
    [JSON.stringify(changes), toSqlTime(now)],
  )
  if (affectedRows !== accounts.length)
    throw new Error(`wrote ${affectedRows} of ${accounts.length} balances`)
}
