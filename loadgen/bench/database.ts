import { randomUUID } from 'node:crypto'
import type { AccountId } from '../../lib/ledger/account.ts'
import { connectMysql, type Database } from '../../lib/mysql/connect.ts'
import { migrate } from '../../lib/mysql/migrate.ts'
import { toSqlTime } from '../../lib/mysql/time.ts'

export const CURRENCY = 'USD'

const ACCOUNTS_AT_ONCE = 10_000

/** A database of one measurement: the whole schema, the accounts, and nothing else. */
export type BenchDatabase = { readonly db: Database; readonly url: string; drop(): Promise<void> }

/** Makes one; nothing is left of it if that fails. */
export async function openDatabase(
  serverUrl: string,
  accountIds: readonly AccountId[],
): Promise<BenchDatabase> {
  const name = `settle_bench_${randomUUID().replaceAll('-', '')}`
  const server = connect(serverUrl)
  await server.raw(`CREATE DATABASE ${name}`).finally(() => server.destroy())
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const db = connect(url.href)
  const drop = async () => {
    await db.raw(`DROP DATABASE ${name}`).finally(() => db.destroy())
  }
  try {
    await migrate(db)
    await insertAccounts(db, accountIds)
  } catch (error) {
    await drop()
    throw error
  }
  return { db, url: url.href, drop }
}

/** Opens accounts that start at zero and may go far below it, so that no transfer is refused. */
export async function insertAccounts(db: Database, accountIds: readonly AccountId[]): Promise<void> {
  const now = toSqlTime(new Date())
  for (let first = 0; first < accountIds.length; first += ACCOUNTS_AT_ONCE) {
    const some = accountIds.slice(first, first + ACCOUNTS_AT_ONCE)
    const rows = some.map(accountId => [accountId, 'BENCH', CURRENCY, '1000000000.00', now, now])
    await db.raw(
      'INSERT INTO accounts (account_id, account_type, currency, overdraft_limit, created_at, updated_at) VALUES ?',
      [rows as never],
    )
  }
}

function connect(mysqlUrl: string): Database {
  // An acceptor, a drainer, and one who looks.
  const options = { mysqlPoolSize: 4, mysqlLockWaitSeconds: 5, mysqlAcquireMilliseconds: 5_000 }
  return connectMysql({ mysqlUrl, ...options })
}
