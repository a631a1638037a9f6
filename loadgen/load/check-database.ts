import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { type Money, parseMoney } from '../../lib/ledger/money.ts'
import { connectMysql, type Database } from '../../lib/mysql/connect.ts'
import { balanceKey } from '../../lib/redis/cache.ts'
import type { Transfers } from './transfers.ts'

/** What must hold, each with the query that finds what breaks it: of the run's transfers, and of all accounts there are. */
const RULES = {
  'none of the transfers is left PENDING in the database': `
    SELECT transaction_id FROM transactions WHERE status = 'PENDING' AND transaction_id LIKE :ids LIMIT 10`,
  'the balances of each currency sum to zero': `
    SELECT currency, SUM(balance) AS total FROM accounts GROUP BY currency HAVING total <> 0`,
  'each balance is the sum of its entries, and each entry has a version of its own': `
    SELECT a.account_id, a.balance, COALESCE(SUM(e.amount), 0) AS entries
      FROM accounts a LEFT JOIN ledger_entries e ON e.account_id = a.account_id
     GROUP BY a.account_id, a.balance
    HAVING entries <> a.balance OR COUNT(e.version) <> COUNT(DISTINCT e.version) LIMIT 10`,
}

const AT_ONCE = 1000

export type Engines = {
  readonly mysqlUrl: string
  readonly redisUrl: string
  readonly redisKeyPrefix: string
}

/** A promise, and what was found to break it. */
export type Checked = { readonly promise: string; readonly broken: readonly string[] }

/** Checks the database as a whole, and that no copy of the run's accounts differs from it. */
export async function checkDatabase(
  { mysqlUrl, redisUrl, redisKeyPrefix }: Engines,
  { accountIds, idPrefix }: Transfers,
  patienceSeconds: number,
): Promise<Checked[]> {
  // Reading the entries of millions of transfers takes its time.
  const limits = { mysqlPoolSize: 1, mysqlLockWaitSeconds: 600, mysqlAcquireMilliseconds: 10_000 }
  const db = connectMysql({ mysqlUrl, ...limits })
  const redis = new Redis(redisUrl, { keyPrefix: redisKeyPrefix })
  redis.on('error', () => undefined)
  try {
    const checked: Checked[] = []
    for (const [promise, sql] of Object.entries(RULES)) {
      const [rows] = await db.raw(sql, { ids: `${idPrefix}%` })
      checked.push({ promise, broken: (rows as object[]).map(row => JSON.stringify(row)) })
    }
    const deadlineMs = performance.now() + patienceSeconds * 1000
    let broken = await differingCopies(db, redis, accountIds)
    while (broken.length > 0 && performance.now() < deadlineMs) {
      await pause(250)
      broken = await differingCopies(db, redis, accountIds)
    }
    return [...checked, { promise: 'what the cache has is what the database has', broken }]
  } finally {
    redis.disconnect()
    await db.destroy()
  }
}

/** Copies of another balance than their account's. One that is missing is no fault: the next reader fills it in. */
async function differingCopies(db: Database, redis: Redis, accountIds: readonly string[]): Promise<string[]> {
  const differing: string[] = []
  for (let first = 0; first < accountIds.length; first += AT_ONCE) {
    const ids = accountIds.slice(first, first + AT_ONCE)
    const copies = await redis.mget(ids.map(balanceKey))
    const rows: readonly AccountRow[] = await db('accounts')
      .whereIn('account_id', ids)
      .select('account_id', 'balance', 'version')
    const accounts = new Map(rows.map(row => [row.account_id, row]))
    for (const [index, copy] of copies.entries()) {
      const account = accounts.get(ids[index] ?? '')
      if (copy === null || account === undefined) continue
      const [version, balance] = partsOf(copy)
      if (Number(version) === Number(account.version) && balance === parseMoney(account.balance)) continue
      differing.push(`${ids[index]}: the copy is ${copy}, the account ${JSON.stringify(account)}`)
    }
  }
  return differing
}

type AccountRow = { readonly account_id: string; readonly balance: string; readonly version: number }

/** A copy is `version|json`; its money is read digit for digit. */
function partsOf(copy: string): [string, Money | undefined] {
  const [version = ''] = copy.split('|', 1)
  return [version, parseMoney(/"balance":"?(-?[\d.]+)/.exec(copy)?.[1] ?? '')]
}
