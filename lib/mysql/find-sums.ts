import type { Money } from '../ledger/money.ts'
import type { Database, SqlTransaction } from './connect.ts'
import { readSum } from './money.ts'

export type CurrencySum = { readonly currency: string; readonly accounts: number; readonly balance: Money }

/** Adds up all balances of each currency, in one reading of the accounts. */
export async function findSums(db: Database | SqlTransaction): Promise<CurrencySum[]> {
  const [rows] = await db.raw(
    'SELECT currency, COUNT(*) AS accounts, SUM(balance) AS balance FROM accounts GROUP BY currency ORDER BY currency',
  )
  return rows.map((row: { currency: string; accounts: string; balance: string }) => ({
    currency: row.currency,
    accounts: Number(row.accounts),
    balance: readSum(row.balance),
  }))
}
