import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readBalance } from '../../functions/status/read-through.ts'
import { createOwnership } from '../../lib/auth/ownership.ts'
import { createLogger } from '../../lib/log/logger.ts'
import { createCache } from '../../lib/redis/cache.ts'
import { keepTelemetry } from '../../lib/telemetry/open-telemetry.ts'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['alice', 'bob'], '100')
})
afterAll(closePipelines)

const balance = (accountId: string, query = '') =>
  pipeline.call('status', 'GET', `/api/v1/accounts/${accountId}/balance${query}`)

/** Transfers, waits, and answers when it was finished. */
async function pay(transactionId: string, from: string, to: string, amount: string): Promise<string> {
  const transfer = { transactionId, sourceAccountId: from, destinationAccountId: to, amount }
  expect((await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', transfer)).status).toBe(202)
  await allFinal(pipeline.db)
  const { body } = await pipeline.call('status', 'GET', `/api/v1/transactions/${transactionId}`)
  return String(body['finishedAt'])
}

const earlier = (moment: string) => new Date(Date.parse(moment) - 1).toISOString()

test('knows the balance at any past moment, on both sides', async () => {
  const rent = await pay('rent', 'alice', 'bob', '30.25')
  await until('the clock is past the first', () => Date.now() > Date.parse(rent) + 1)
  const back = await pay('back', 'bob', 'alice', '0.0001')
  const at = async (accountId: string, moment: string) => (await balance(accountId, `?at=${moment}`)).body
  expect(await at('alice', rent)).toEqual({
    accountId: 'alice',
    currency: 'USD',
    balance: 69.75,
    version: 2,
    at: rent,
  })
  expect(await at('alice', earlier(rent))).toMatchObject({ balance: 100, version: 1 })
  expect(await at('bob', rent)).toMatchObject({ balance: 130.25, version: 2 })
  expect(await at('bob', back)).toMatchObject({ balance: 130.2499, version: 3 })
  expect(await at('alice', '2020-01-01T00:00:00Z')).toMatchObject({ balance: 0, version: 0 })
})

test('takes the last of the entries that one step finished at once', async () => {
  await openAccounts(pipeline, ['batched'], '10')
  const transfers = Array.from({ length: 20 }, (_, index) => ({
    ...{
      transactionId: `batch-${index}`,
      sourceAccountId: 'batched',
      destinationAccountId: 'bob',
      amount: '0.5',
    },
  }))
  for (const transfer of transfers) {
    await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', transfer)
  }
  await allFinal(pipeline.db)
  await pipeline.db.raw(
    `UPDATE transactions SET finished_at = '2026-01-01 00:00:00' WHERE source_account_id = 'batched'`,
  )
  expect((await balance('batched', '?at=2026-01-01T00:00:00Z')).body).toMatchObject({
    balance: 0,
    version: 21,
  })
})

test('takes the later version where two workers’ clocks disagree', async () => {
  await openAccounts(pipeline, ['skewed'], '10')
  await pay('skew-1', 'skewed', 'bob', '1')
  await pay('skew-2', 'skewed', 'bob', '1')
  const set = (id: string, time: string) =>
    pipeline.db.raw(`UPDATE transactions SET finished_at = ? WHERE transaction_id = ?`, [time, id])
  await set('opening:skewed', '2026-02-01 00:00:00')
  await set('skew-1', '2026-02-02 00:00:03')
  await set('skew-2', '2026-02-02 00:00:01')
  expect((await balance('skewed', '?at=2026-02-02T00:00:09Z')).body).toMatchObject({ balance: 8, version: 3 })
  expect((await balance('skewed', '?at=2026-02-01T23:59:59Z')).body).toMatchObject({
    balance: 10,
    version: 1,
  })
})

test('does not count what failed', async () => {
  await openAccounts(pipeline, ['poor'])
  const failed = await pay('too-much', 'poor', 'bob', '1')
  expect((await balance('poor', `?at=${failed}`)).body).toMatchObject({ balance: 0, version: 0 })
})

test('says all that can be spent, although no balance may be as large', async () => {
  const account = {
    accountId: 'lent',
    currency: 'CHF',
    openingBalance: '999999999999999',
    overdraftLimit: '999999999999999',
  }
  await pipeline.call('accounts', 'POST', '/api/v1/accounts', account)
  await allFinal(pipeline.db)
  for (const [name, path] of [
    ['status', '/api/v1/accounts/lent/balance'],
    ['accounts', '/api/v1/accounts/lent'],
  ] as const) {
    expect((await pipeline.call(name, 'GET', path)).text).toContain('"available":1999999999999998.00,')
  }
})

test('never answers a copy older than the version asked for', async () => {
  await openAccounts(pipeline, ['writer'], '5')
  await until('the cache has it', async () => (await pipeline.redis.exists('balance:writer')) === 1)
  const old = (await pipeline.redis.get('balance:writer')) ?? ''
  await pay('write', 'writer', 'bob', '2')
  await until(
    'the cache has it',
    async () => (await pipeline.redis.get('balance:writer'))?.startsWith('2|') === true,
  )
  await pipeline.redis.set('balance:writer', old)
  const sources = {
    db: pipeline.db,
    cache: createCache(pipeline.redis),
    ownership: createOwnership(pipeline.db, 1),
    retrySeconds: 1,
    telemetry: keepTelemetry(),
  }
  const read = (minVersion: number) =>
    readBalance(
      { ...sources, now: () => new Date(), log: createLogger('test', 'error') },
      'writer',
      minVersion,
    )
  expect(await read(1)).toMatch(/"balance":5\.00.*"version":1/)
  expect(await read(2)).toMatchObject({ balance: JSON.rawJSON('3.00'), version: 2 })
  await until('the cache is filled', async () => (await pipeline.redis.get('balance:writer'))?.[0] === '2')
})

test('says so when the database itself has not got the version', async () => {
  const { version } = (await balance('alice')).body
  const { status, body } = await balance('alice', `?minVersion=${Number(version) + 1}`)
  expect([status, body['code']]).toEqual([409, 'version_not_reached'])
})

test.each([
  ['at=9000-01-01T00:00:00Z', 'at', 'must not be in the future'],
  ['at=2026-01-01', 'at', expect.stringContaining('RFC 3339')],
  ['at=2026-06-30T23:59:60Z', 'at', 'must be a date from the year 1001 to 9998 that exists'],
  ['at=', 'at', expect.stringContaining('RFC 3339')],
  ['minVersion=-1', 'minVersion', expect.stringContaining('must be a whole number')],
  ['minVersion=9999999999999999', 'minVersion', expect.stringContaining('must be a whole number')],
  ['at=2026-01-01T00:00:00Z&minVersion=1', 'minVersion', 'cannot be given together with at'],
  ['version=1', 'version', 'is not known here'],
])('refuses ?%s and names the parameter', async (query, field, message) => {
  const { status, body } = await balance('alice', `?${query}`)
  expect([status, body['errors']]).toEqual([400, [{ field, message }]])
})

test.each(['nobody', '%F0%9F%92%A9'])(
  'answers 404 for the past of %s, which is no account',
  async accountId => {
    for (const query of ['?at=2026-01-01T00:00:00Z', '?minVersion=1']) {
      expect((await balance(accountId, query)).body['code']).toBe('account_not_found')
    }
  },
)
