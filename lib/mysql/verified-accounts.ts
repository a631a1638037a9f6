import { formatMoney } from '../ledger/money.ts'
import { EMPTY, type VerifiedAccount } from '../verification/check-entries.ts'
import type { SqlTransaction } from './connect.ts'
import { readMoney } from './money.ts'

type Row = { account_id: string; version: string; balance: string; held: string; is_sure: number }

/** Reads what accounts have by the entries that this pass has verified; before the first, what they had as chains began. */
export async function readVerifiedAccounts(
  transaction: SqlTransaction,
  accountIds: readonly string[],
  pass: number,
): Promise<Map<string, VerifiedAccount>> {
  if (accountIds.length === 0) return new Map()
  const [openings] = await transaction.raw(
    'SELECT account_id, version, balance, held, 1 AS is_sure FROM chain_openings WHERE account_id IN (?)',
    [accountIds as never],
  )
  const [verified] = await transaction.raw(
    `SELECT account_id, version, balance, held, is_sure FROM verified_accounts FORCE INDEX (PRIMARY)
      WHERE account_id IN (?) AND pass = ?`,
    [accountIds, pass] as never,
  )
  return new Map([...openings, ...verified].map((row: Row) => [row.account_id, toVerified(row)]))
}

export async function writeVerifiedAccounts(
  transaction: SqlTransaction,
  accounts: ReadonlyMap<string, VerifiedAccount>,
  pass: number,
): Promise<void> {
  if (accounts.size === 0) return
  const rows = [...accounts].map(([accountId, { version, balance, held, isSure }]) => [
    accountId,
    pass,
    version,
    formatMoney(balance),
    formatMoney(held),
    isSure ? 1 : 0,
  ])
  await transaction.raw(
    'REPLACE INTO verified_accounts (account_id, pass, version, balance, held, is_sure) VALUES ?',
    [rows as never],
  )
}

/** An account as it is, beside what it has by its entries and what its open holds come to. */
export type ComparedAccount = {
  readonly accountId: string
  readonly row: Omit<VerifiedAccount, 'isSure'>
  readonly verified: VerifiedAccount
}

type ComparedRow = Row & {
  own_version: string
  own_balance: string
  own_held: string
  version: string | null
}

/** Reads accounts behind one, in order of id, a page at a time. */
export async function readAccountPage(
  transaction: SqlTransaction,
  { after, limit, pass }: { readonly after: string; readonly limit: number; readonly pass: number },
): Promise<ComparedAccount[]> {
  const [rows] = await transaction.raw(
    `SELECT accounts.account_id, accounts.version AS own_version, accounts.balance AS own_balance,
            accounts.held AS own_held, COALESCE(verified.version, opening.version) AS version,
            COALESCE(verified.balance, opening.balance) AS balance, COALESCE(verified.held, opening.held) AS held,
            COALESCE(verified.is_sure, 1) AS is_sure
       FROM accounts FORCE INDEX (PRIMARY)
       LEFT JOIN verified_accounts AS verified ON verified.account_id = accounts.account_id AND verified.pass = ?
       LEFT JOIN chain_openings AS opening ON opening.account_id = accounts.account_id
      WHERE accounts.account_id > ? ORDER BY accounts.account_id LIMIT ?`,
    [pass, after, limit],
  )
  return (rows as ComparedRow[]).map(row => ({
    accountId: row.account_id,
    row: {
      version: Number(row.own_version),
      balance: readMoney(row.own_balance),
      held: readMoney(row.own_held),
    },
    verified: row.version === null ? EMPTY : toVerified(row),
  }))
}

/** Finds accounts that have entries and are not there, after one id and up to another; undefined is without end. */
export async function findMissingAccounts(
  transaction: SqlTransaction,
  { after, last, pass }: { readonly after: string; readonly last: string | undefined; readonly pass: number },
): Promise<string[]> {
  const [rows] = await transaction.raw(
    `SELECT verified.account_id FROM verified_accounts AS verified FORCE INDEX (PRIMARY)
       LEFT JOIN accounts ON accounts.account_id = verified.account_id
      WHERE verified.account_id > ? ${last === undefined ? '' : 'AND verified.account_id <= ?'}
        AND verified.pass = ? AND accounts.account_id IS NULL LIMIT 100`,
    [after, ...(last === undefined ? [] : [last]), pass],
  )
  return rows.map((row: { account_id: string }) => row.account_id)
}

function toVerified(row: Row): VerifiedAccount {
  return {
    version: Number(row.version),
    balance: readMoney(row.balance),
    held: readMoney(row.held),
    isSure: Number(row.is_sure) === 1,
  }
}
