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
  // Arrays, as in `writeOutcomes`.
  const changes = accounts.map(({ accountId, balance, held, version }) => [
    accountId,
    formatMoney(balance),
    formatMoney(held),
    version,
  ])
  const [{ affectedRows }] = await transaction.raw(
    `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
        id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PATH '$[0]',
        balance DECIMAL(19,4) PATH '$[1]', held DECIMAL(19,4) PATH '$[2]',
        version BIGINT UNSIGNED PATH '$[3]')) AS change_
       STRAIGHT_JOIN accounts FORCE INDEX (PRIMARY) ON accounts.account_id = change_.id
        SET accounts.balance = change_.balance, accounts.held = change_.held,
            accounts.version = change_.version, accounts.updated_at = ?`,
    [JSON.stringify(changes), toSqlTime(now)],
  )
  if (affectedRows !== accounts.length)
    throw new Error(`wrote ${affectedRows} of ${accounts.length} balances`)
}
