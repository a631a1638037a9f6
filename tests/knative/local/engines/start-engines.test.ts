import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createConnection } from 'mysql2/promise'
import { type Engines, startEngines } from '../../../../knative/local/engines/start-engines.ts'
import { usualSurroundings } from '../../../../knative/local/engines/surroundings.ts'
import { ownFolder } from '../../../support/private-engines.ts'

let folder: string
let engines: Engines | undefined

beforeEach(async () => {
  folder = await ownFolder('engines')
})

afterEach(async () => {
  await engines?.close()
  await rm(folder, { recursive: true, force: true })
})

// The test run's own engines are in the environment; these are to be others.
const { MYSQL_URL: _mysql, REDIS_URL: _redis, ...env } = process.env
const surroundings = usualSurroundings(env)

test('data is kept from one run to the next, unless a fresh start is asked for', async () => {
  engines = await startEngines({ dataDir: folder, surroundings })
  expect(await tables('CREATE TABLE kept (id INT)')).toBe(1)
  await engines.close()
  engines = await startEngines({ dataDir: folder, surroundings })
  expect(await tables()).toBe(1)
  await engines.close()
  engines = await startEngines({ dataDir: folder, surroundings, fresh: true })
  expect(await tables()).toBe(0)
})

test('data that another run uses is not removed for a fresh start', async () => {
  engines = await startEngines({ dataDir: folder, surroundings })
  await tables('CREATE TABLE kept (id INT)')
  await expect(startEngines({ dataDir: folder, surroundings, fresh: true })).rejects.toThrow('in use')
  expect(await tables()).toBe(1)
})

/** Runs the statement, if there is one, and counts the tables there are then. */
async function tables(statement = 'DO 0'): Promise<number> {
  const connection = await createConnection(engines?.mysqlUrl ?? '')
  try {
    await connection.query(statement)
    const [rows] = await connection.query('SHOW TABLES')
    return Array.isArray(rows) ? rows.length : -1
  } finally {
    await connection.end()
  }
}
