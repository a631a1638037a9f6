import { randomUUID } from 'node:crypto'
import { connectMysql, type Database } from '../../lib/mysql/connect.ts'
import { migrate } from '../../lib/mysql/migrate.ts'

export type TestDatabase = { readonly db: Database; readonly url: string; drop(): Promise<void> }

/** Makes a database of its own, with the schema, on the test run's MySQL or on the one given. */
export async function createDatabase(serverUrl = process.env['MYSQL_URL'] ?? ''): Promise<TestDatabase> {
  const name = `settle_test_${randomUUID().replaceAll('-', '')}`
  const server = open(serverUrl)
  await server.raw(`CREATE DATABASE ${name}`)
  await server.destroy()
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const db = open(url.href)
  await migrate(db)
  const drop = async () => {
    await db.raw(`DROP DATABASE ${name}`)
    await db.destroy()
  }
  return { db, url: url.href, drop }
}

function open(mysqlUrl: string): Database {
  return connectMysql({
    mysqlUrl,
    mysqlPoolSize: 8,
    mysqlLockWaitSeconds: 5,
    mysqlAcquireMilliseconds: 5000,
  })
}
