import { worldAccountId } from '../ledger/account.ts'
import { formatMoney, type Money } from '../ledger/money.ts'
import type { Database, SqlTransaction } from './connect.ts'
import { findAccount } from './find-account.ts'
import { toSqlTime } from './time.ts'

/** An account as it is opened: empty; an opening balance is a transaction of its own. */
export type NewAccount = {
  readonly accountId: string
  readonly userId: string | null
  readonly accountType: string
  readonly currency: string
  readonly overdraftLimit: Money | null
}

/**
 * Stores a new account. Fails with a duplicate entry if the id is taken, and with a missing reference if there is no such
 * user.
 */
export async function insertAccount(
  transaction: SqlTransaction,
  account: NewAccount,
  now: Date,
): Promise<void> {
  await insertRow(transaction, account, now)
}

/**
 * Makes sure that a currency has its system account: without limit, because it is the other side of all the
 * money there is.
 */
export async function ensureWorldAccount(
  db: Database | SqlTransaction,
  currency: string,
  now: Date,
): Promise<void> {
  const accountId = worldAccountId(currency)
  // Looked for first: an INSERT, even one that changes nothing, would wait for the drains that hold the row.
  if ((await findAccount(db, accountId)) !== undefined) return
  const world = { accountId, userId: null, accountType: 'SYSTEM', currency, overdraftLimit: null }
  await insertRow(db, world, now, 'ON DUPLICATE KEY UPDATE account_id = account_id')
}

async function insertRow(
  db: Database | SqlTransaction,
  account: NewAccount,
  now: Date,
  suffix = '',
): Promise<void> {
  const { accountId, userId, accountType, currency, overdraftLimit } = account
  const limit = overdraftLimit === null ? null : formatMoney(overdraftLimit)
  await db.raw(
    `INSERT INTO accounts (account_id, user_id, account_type, currency, overdraft_limit, created_at, updated_at)
     VALUES (?) ${suffix}`,
    [[accountId, userId, accountType, currency, limit, toSqlTime(now), toSqlTime(now)] as never],
  )
}
