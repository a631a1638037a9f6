import { rm } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Engine } from '../../../knative/local/engines/engine.ts'
import { startMysql } from '../../../knative/local/engines/start-mysql.ts'
import { connectMysql, type Database } from '../../../lib/mysql/connect.ts'
import { testAuthority, writeCertified } from '../../support/certificates.ts'
import { freeze } from '../../support/freeze.ts'
import { ownFolder } from '../../support/private-engines.ts'

const own = testAuthority('own')
const other = testAuthority('other')
let directory: string
let secured: Engine
let db: Database | undefined

beforeAll(async () => {
  directory = await ownFolder('mysql-tls')
  const { certificate, key } = writeCertified(directory, own.server)
  secured = await startMysql({ directory, settings: [`--ssl-cert=${certificate}`, `--ssl-key=${key}`] })
})

afterEach(async () => {
  await db?.destroy()
  db = undefined
})

afterAll(async () => {
  await secured.kill()
  await rm(directory, { recursive: true, force: true })
})

/** The cipher of a connection with these authorities; none when it is in the clear. */
async function cipher(url: string, mysqlCa: readonly string[]): Promise<string> {
  const limits = { mysqlPoolSize: 1, mysqlLockWaitSeconds: 1, mysqlAcquireMilliseconds: 3000 }
  db = connectMysql({ mysqlUrl: url, mysqlCa, ...limits })
  const [[row]] = await db.raw(`SHOW STATUS LIKE 'Ssl_cipher'`)
  return row.Value
}

test('connects with TLS to the server that the CA signed for, whatever name is in its certificate', async () => {
  expect(await cipher(secured.url, [own.ca])).toMatch(/^(TLS|ECDHE)/)
})

test('connects while a CA is replaced by another, with both', async () => {
  expect(await cipher(secured.url, [other.ca, own.ca])).toMatch(/^(TLS|ECDHE)/)
})

test('refuses a server that another CA signed for', async () => {
  await expect(cipher(secured.url, [other.ca])).rejects.toThrow(/certificate|signature/)
})

test('refuses a server without TLS when a CA is given', async () => {
  await expect(cipher(process.env['MYSQL_URL'] ?? '', [own.ca])).rejects.toThrow(
    /secure connection|certificate/,
  )
})

test('refuses a server whose certificate no public authority signed when only TLS is asked for', async () => {
  await expect(cipher(`${secured.url}?ssl=true`, [])).rejects.toThrow(/certificate/)
})

test('a server that falls silent on a connection with TLS is given up', async () => {
  expect(await cipher(secured.url, [own.ca])).not.toBe('')
  const pid = secured.pid ?? 0
  await freeze(pid)
  try {
    await expect(db?.raw('SELECT 1')).rejects.toThrow(/no answer for 11 s|ETIMEDOUT/)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
})
