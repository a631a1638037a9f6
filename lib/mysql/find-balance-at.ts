import type { Money } from '../ledger/money.ts'
import type { Database } from './connect.ts'
import { readMoney } from './money.ts'
import { fromSqlTime, toSqlTime } from './time.ts'

/** What an account had at a moment, and the version of its last entry until then. */
export type BalanceAt = { readonly balance: Money; readonly version: number }

/**
 * Versions follow the time of finishing, but for the clocks of several workers and the time a step waits for its locks.
 * More than both together.
 */
const APART_MILLISECONDS = 60_000

const SIDES = ['source', 'destination'] as const

/**
 * Reads the balance after the last entry that was finished at a moment or before; zero before the first. The last is the
 * one with the highest version: a step that waited for another's locks finished later than its time says.
 */
export async function findBalanceAt(db: Database, accountId: string, at: Date): Promise<BalanceAt> {
  const last = await findLastFinished(db, accountId, at)
  if (last === undefined) return { balance: 0n, version: 0 }
  const since = toSqlTime(new Date(last.getTime() - APART_MILLISECONDS))
  const entries = SIDES.map(
    side => `(SELECT ${side}_version AS version, ${side}_balance_after AS balance
                FROM transactions FORCE INDEX (transactions_${side}_finished)
               WHERE ${side}_account_id = ? AND status = 'COMPLETED' AND finished_at BETWEEN ? AND ?
                 AND ${side}_version IS NOT NULL
               ORDER BY ${side}_version DESC LIMIT 1)`,
  )
  const values = [accountId, since, toSqlTime(at)]
  const [[entry]] = await db.raw(`${entries.join(' UNION ALL ')} ORDER BY version DESC LIMIT 1`, [
    ...values,
    ...values,
  ])
  return { balance: readMoney(entry.balance), version: Number(entry.version) }
}

async function findLastFinished(db: Database, accountId: string, at: Date): Promise<Date | undefined> {
  const moments = SIDES.map(
    // A hold and a void are no entry of their destination.
    side => `(SELECT finished_at FROM transactions FORCE INDEX (transactions_${side}_finished)
               WHERE ${side}_account_id = ? AND status = 'COMPLETED' AND finished_at <= ?
                 AND ${side}_version IS NOT NULL ORDER BY finished_at DESC LIMIT 1)`,
  )
  const values = [accountId, toSqlTime(at)]
  const [[{ last }]] = await db.raw(
    `SELECT MAX(finished_at) AS last FROM (${moments.join(' UNION ALL ')}) AS sides`,
    [...values, ...values],
  )
  return last === null ? undefined : new Date(fromSqlTime(last))
}
