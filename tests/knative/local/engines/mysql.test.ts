import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createConnection } from 'mysql2/promise'
import { startMysql } from '../../../../knative/local/engines/start-mysql.ts'
import { isAlive } from '../../../../knative/local/owner-lock.mjs'
import { type OwnEngine, ownMysql } from '../../../support/private-engines.ts'

let own: OwnEngine

beforeEach(async () => {
  own = await ownMysql()
})

afterEach(async () => {
  await own.remove()
})

test('committed data survives a SIGKILL of the database, at the same address', async () => {
  await query('CREATE TABLE kept (id INT PRIMARY KEY)')
  await query('INSERT INTO kept VALUES (7)')
  const pid = own.engine.pid ?? 0
  await own.engine.kill()
  expect(isAlive(pid)).toBe(false)
  expect(own.engine.pid).toBeUndefined()
  await expect(query('SELECT 1')).rejects.toThrow('ECONNREFUSED')
  await own.engine.start()
  expect(await query('SELECT id FROM kept')).toEqual([{ id: 7 }])
})

test('data of an earlier run is found again in the same directory', async () => {
  await query('CREATE TABLE kept (id INT PRIMARY KEY)')
  await own.engine.stop()
  const again = await startMysql({ directory: own.directory })
  try {
    expect(await query('SELECT COUNT(*) AS kept FROM kept', again.url)).toEqual([{ kept: 0 }])
  } finally {
    await again.stop()
  }
})

test('the server has the settings the protocols rely on', async () => {
  // One name of the isolation level is MySQL's, the other MariaDB's.
  const [isolation] = await query(
    "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')",
  )
  expect(isolation).toMatchObject({ Value: 'READ-COMMITTED' })
  const settings = `SELECT @@global.time_zone AS zone, @@character_set_server AS charset, @@bind_address AS address,
    @@innodb_flush_log_at_trx_commit AS flush, @@innodb_lock_wait_timeout AS lockWait, @@log_bin AS log`
  expect(await query(settings)).toEqual([
    { zone: '+00:00', charset: 'utf8mb4', address: '127.0.0.1', flush: 1, lockWait: 5, log: 0 },
  ])
})

test('stopping one that is down is harmless, starting one that runs is refused', async () => {
  await expect(own.engine.start()).rejects.toThrow('runs already')
  await own.engine.stop()
  await own.engine.stop()
  await own.engine.kill()
})

test('a server that cannot start fails with the reason and the end of its log', async () => {
  await own.engine.stop()
  const other = createServer(socket => socket.destroy())
  other.listen(Number(new URL(own.engine.url).port), '127.0.0.1')
  await once(other, 'listening')
  try {
    await expect(own.engine.start()).rejects.toThrow(
      /MySQL did not start: it exited with code 1\..*The port was taken by another program\..*in use/s,
    )
    expect(own.engine.pid).toBeUndefined()
  } finally {
    other.close()
  }
})

async function query(sql: string, url = own.engine.url): Promise<unknown[]> {
  const connection = await createConnection(url)
  try {
    const [rows] = await connection.query(sql)
    return Array.isArray(rows) ? rows : []
  } finally {
    await connection.end()
  }
}
