import type { Database } from './connect.ts'
import { findTransactionsBySeq } from './find-transactions-by-seq.ts'
import type { TransactionRecord } from './transaction-record.ts'

export type UserHistoryQuery = { readonly userId: string; readonly offset: number; readonly limit: number }

export type UserHistory = {
  /** Newest accepted first. */
  readonly records: readonly TransactionRecord[]
  readonly accountIds: ReadonlySet<string>
}

/** Two branches each: a statement of a hundred is parsed in no time, one of thousands may be too deep. */
const ACCOUNTS_AT_ONCE = 50

/**
 * Reads a part of the transactions of all accounts of a user; none if there is no such user. One between two of the
 * accounts comes once.
 */
export async function findUserHistory(
  db: Database,
  { userId, offset, limit }: UserHistoryQuery,
): Promise<UserHistory> {
  const [rows] = await db.raw('SELECT account_id FROM accounts WHERE user_id = ?', [userId])
  const accountIds: string[] = rows.map((row: { account_id: string }) => row.account_id)
  const newest = new Set<number>()
  for (let start = 0; start < accountIds.length; start += ACCOUNTS_AT_ONCE) {
    const some = accountIds.slice(start, start + ACCOUNTS_AT_ONCE)
    for (const seq of await findNewest(db, some, offset + limit)) newest.add(seq)
  }
  const seqs = [...newest].sort((a, b) => b - a).slice(offset, offset + limit)
  const records = await findTransactionsBySeq(db, seqs)
  return { records: records.reverse(), accountIds: new Set(accountIds) }
}

/** Each account and side is read along its own index, and no further than the part asked for can reach. */
async function findNewest(db: Database, accountIds: readonly string[], limit: number): Promise<number[]> {
  const branches = ['source', 'destination'].flatMap(side =>
    accountIds.map(accountId => ({
      sql: `(SELECT seq FROM transactions FORCE INDEX (transactions_by_${side})
              WHERE ${side}_account_id = ? ORDER BY seq DESC LIMIT ?)`,
      values: [accountId, limit],
    })),
  )
  const [rows] = await db.raw(`${branches.map(({ sql }) => sql).join(' UNION ')} ORDER BY seq DESC LIMIT ?`, [
    ...branches.flatMap(({ values }) => values),
    limit,
  ])
  return rows.map((row: { seq: string }) => Number(row.seq))
}
