import type { Account, AccountId, AccountStatus } from '../ledger/account.ts'
import { readMoney } from './money.ts'
import { fromSqlTime } from './time.ts'

/** A row of `accounts`, read. Times are RFC 3339 in UTC. */
export type AccountRecord = Account & {
  readonly userId: string | null
  readonly accountType: string
  readonly createdAt: string
  readonly updatedAt: string
}

export const ACCOUNT_COLUMNS = `account_id, user_id, account_type, currency, status, balance, held, overdraft_limit,
  version, created_at, updated_at`

export type AccountRow = {
  account_id: string
  user_id: string | null
  account_type: string
  currency: string
  status: AccountStatus
  balance: string
  held: string
  overdraft_limit: string | null
  version: string
  created_at: string
  updated_at: string
}

export function toAccountRecord(row: AccountRow): AccountRecord {
  return {
    accountId: row.account_id as AccountId,
    userId: row.user_id,
    accountType: row.account_type,
    currency: row.currency,
    status: row.status,
    balance: readMoney(row.balance),
    held: readMoney(row.held),
    overdraftLimit: row.overdraft_limit === null ? null : readMoney(row.overdraft_limit),
    version: Number(row.version),
    createdAt: fromSqlTime(row.created_at),
    updatedAt: fromSqlTime(row.updated_at),
  }
}
