import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { connectMysql, type Database } from '../../lib/mysql/connect.ts'

const ENTRY = fileURLToPath(new URL('../../functions/start.ts', import.meta.url))
const SERVER = process.env['MYSQL_URL'] ?? ''

let name: string
let url: string
let db: Database

beforeEach(async () => {
  name = `settle_test_${randomUUID().replaceAll('-', '')}`
  const limits = { mysqlPoolSize: 2, mysqlLockWaitSeconds: 5, mysqlAcquireMilliseconds: 5000 }
  db = connectMysql({ mysqlUrl: SERVER, ...limits })
  await db.raw(`CREATE DATABASE ${name}`)
  url = Object.assign(new URL(SERVER), { pathname: `/${name}` }).href
})

afterEach(async () => {
  await db.raw(`DROP DATABASE ${name}`)
  await db.destroy()
})

type Line = { readonly severity: string; readonly applied?: string[]; readonly error?: string }

/** Runs the image's entry as the Job does; answers its exit code and what it logged last. */
async function runMigrate(env: Record<string, string>): Promise<{ code: number; last: Line }> {
  const flags = ['--disable-warning=ExperimentalWarning', ENTRY]
  const child = spawn(process.execPath, flags, { env: { FUNCTION_TARGET: 'migrate', ...env } })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { code, last: JSON.parse(output.trim().split('\n').at(-1) || '{}') }
}

/** What lib/mysql/migrate.ts has to name, in this order. */
function migrationFiles(): string[] {
  const files = readdirSync(new URL('../../lib/mysql/migrations', import.meta.url))
  return files.map(file => file.replace('.ts', '')).sort()
}

/** Each table and view as its server would make it again. */
async function describeSchema(): Promise<string[]> {
  const [tables] = await db.raw(`SHOW FULL TABLES FROM ${name}`)
  const names = tables.map((row: Record<string, string>) => Object.values(row)[0])
  const shown = names.map((table: string) => db.raw(`SHOW CREATE TABLE ${name}.${table}`))
  return (await Promise.all(shown)).map(([[row]]) =>
    String(Object.values(row)[1]).replace(/ AUTO_INCREMENT=\d+/, ''),
  )
}

async function recorded(): Promise<string[]> {
  const [rows] = await db.raw(`SELECT name FROM ${name}.knex_migrations ORDER BY id`)
  return rows.map((row: { name: string }) => row.name)
}

test('applies every file of lib/mysql/migrations to an empty database, says so, and then has nothing to do', async () => {
  const first = await runMigrate({ MYSQL_URL: url })
  expect(first).toMatchObject({ code: 0, last: { severity: 'INFO' } })
  expect(first.last.applied).toEqual(migrationFiles())
  expect(await recorded()).toEqual(first.last.applied)
  expect(await runMigrate({ MYSQL_URL: url })).toMatchObject({ code: 0, last: { applied: [] } })
})

test('each migration can run twice, as one that was cut off before it was recorded does', async () => {
  const { last } = await runMigrate({ MYSQL_URL: url })
  const before = await describeSchema()
  await db.raw(`DELETE FROM ${name}.knex_migrations`)
  const again = await runMigrate({ MYSQL_URL: url })
  expect(again.last.error).toBeUndefined()
  expect(again.last.applied).toEqual(last.applied)
  expect(await describeSchema()).toEqual(before)
})

test('two at once apply every migration once', async () => {
  const runs = await Promise.all([runMigrate({ MYSQL_URL: url }), runMigrate({ MYSQL_URL: url })])
  expect(runs.map(({ code }) => code)).toEqual([0, 0])
  const applied = runs.flatMap(({ last }) => last.applied ?? [])
  expect(applied).toEqual(await recorded())
  expect(new Set(applied).size).toBe(applied.length)
})

test('ends with 1 and says so when the database cannot be had in time', async () => {
  const away = Object.assign(new URL(url), { port: '1' }).href
  const { code, last } = await runMigrate({ MYSQL_URL: away, MIGRATE_SECONDS: '1' })
  expect(code).toBe(1)
  expect(last).toMatchObject({ severity: 'ERROR', error: expect.stringMatching(/^no database for 1 s: /) })
})

test('ends with 1 and touches nothing while another is migrating for longer than it waits', async () => {
  const { code, last } = await db.transaction(async other => {
    await other.raw(`SELECT GET_LOCK('settle.migrate', 60)`)
    const run = await runMigrate({ MYSQL_URL: url, MIGRATE_SECONDS: '1' })
    await other.raw(`SELECT RELEASE_LOCK('settle.migrate')`)
    return run
  })
  expect(code).toBe(1)
  expect(last.error).toBe('another process has been migrating for 1 s')
  const [tables] = await db.raw('SELECT table_name FROM information_schema.tables WHERE table_schema = ?', [
    name,
  ])
  expect(tables).toEqual([])
})

test('ends with 2 when it is not told where the database is', async () => {
  expect((await runMigrate({})).code).toBe(2)
})
