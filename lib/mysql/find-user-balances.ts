import type { Money } from '../ledger/money.ts'
import type { Database } from './connect.ts'
import { readSum } from './money.ts'

/** What a user has in one currency, over all accounts that are not closed. */
export type UserBalance = {
  readonly currency: string
  readonly balance: Money
  readonly held: Money
  readonly available: Money
}

type Row = { currency: string; balance: string; held: string; available: string }

/** Adds up the accounts of a user, currency by currency. */
export async function findUserBalances(db: Database, userId: string): Promise<UserBalance[]> {
  const [rows] = await db.raw(
    `SELECT currency, SUM(balance) AS balance, SUM(held) AS held,
            SUM(balance - held + overdraft_limit) AS available
       FROM accounts WHERE user_id = ? AND status <> 'CLOSED' GROUP BY currency ORDER BY currency`,
    [userId],
  )
  return rows.map((row: Row) => ({
    currency: row.currency,
    balance: readSum(row.balance),
    held: readSum(row.held),
    available: readSum(row.available),
  }))
}
