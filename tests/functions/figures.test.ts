import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { type OwnEngine, ownMysql, ownRedis } from '../support/private-engines.ts'
import { until } from '../support/until.ts'

let redis: OwnEngine
let mysql: OwnEngine
let pipeline: Pipeline
beforeAll(async () => {
  ;[redis, mysql] = await Promise.all([ownRedis(), ownMysql()])
  const env = { MYSQL_ACQUIRE_MILLISECONDS: '500' }
  pipeline = await startPipeline({ redisUrl: redis.engine.url, mysqlUrl: mysql.engine.url, env })
  await openAccounts(pipeline, ['alice', 'bob'], '100')
})
afterAll(async () => {
  await closePipelines()
  await Promise.all([redis.remove(), mysql.remove()])
})

type Point = {
  at: string
  accepted: number
  completed: number
  failed: number
  cacheHits: number
  cacheMisses: number
  latency?: { p50: number; p99: number }
  instances: Record<string, number>
}
type Figures = { points: Point[]; away: string[]; [member: string]: unknown }

async function figures(query = ''): Promise<Figures> {
  const { status, body } = await pipeline.call('console', 'GET', `/api/v1/figures${query}`)
  expect(status).toBe(200)
  return body as Figures
}

async function pay(transactionId: string, amount = '1.00'): Promise<void> {
  const request = { transactionId, sourceAccountId: 'alice', destinationAccountId: 'bob', amount }
  const { status } = await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', request)
  expect(status).toBe(202)
}

const sum = (
  points: readonly Point[],
  figure: 'accepted' | 'completed' | 'failed' | 'cacheHits' | 'cacheMisses',
) => points.reduce((total, point) => total + point[figure], 0)

test('adds up what all functions did, each thing once', async () => {
  for (const id of ['one', 'two', 'three']) await pay(id)
  await pay('too-much', '5000.00')
  await allFinal(pipeline.db)
  for (let read = 0; read < 5; read += 1)
    await pipeline.call('status', 'GET', '/api/v1/transactions/one/status')
  await pipeline.call('status', 'GET', '/api/v1/transactions/nobody/status')

  // Two opening balances and four transfers.
  await until('all is told of', async () => sum((await figures()).points, 'accepted') === 6)
  await until('the reads are told of', async () => sum((await figures()).points, 'cacheHits') === 5)
  const { points } = await figures()
  expect([sum(points, 'completed'), sum(points, 'failed'), sum(points, 'cacheMisses')]).toEqual([5, 1, 1])
  const busy = points.filter(({ latency }) => latency !== undefined)
  expect(busy.length).toBeGreaterThan(0)
  for (const { latency } of busy) expect(latency?.p99).toBeGreaterThanOrEqual(latency?.p50 ?? Number.NaN)
})

test('counts the instances of each function in every moment', async () => {
  const names = readManifests().map(({ name }) => name)
  const one = Object.fromEntries(names.sort().map(name => [name, 1]))
  await until('a moment has them all', async () => {
    const last = (await figures()).points.at(-1)
    return JSON.stringify(last?.instances) === JSON.stringify(one)
  })
})

test('answers only the moments after the one that is known', async () => {
  await until('there are some', async () => (await figures()).points.length > 2)
  const { points } = await figures()
  const [known, next] = points.slice(-2)
  const later = await figures(`?since=${known?.at}`)
  expect(later.points[0]).toEqual(next)
  const wrong = await pipeline.call('console', 'GET', '/api/v1/figures?since=yesterday')
  expect(wrong.status).toBe(400)
  expect(wrong.body['errors']).toMatchObject([{ field: 'since' }])
})

test('says how the ledger stands, and until when it was verified', async () => {
  const before = await figures()
  expect(before).toMatchObject({
    pending: { transactions: 0, oldestSeconds: 0, groups: [] },
    deadLetters: 0,
    verification: { faults: 0 },
    away: [],
  })
  expect(before['verification']).not.toHaveProperty('completedAt')
  await pipeline.call('sweeper', 'GET', '/api/v1/ledger/verification')
  await until('it was verified', async () =>
    JSON.stringify((await figures())['verification']).includes('completedAt'),
  )
})

test('takes for untold what was left behind, not what is being told', async () => {
  const keep = (secondsAgo: number) =>
    pipeline.db.raw(
      `INSERT INTO outbox (payload, created_at) VALUES ('{"transactions":[],"groups":[],"held":[],"accounts":[]}', ?)`,
      [new Date(Date.now() - secondsAgo * 1000).toISOString().slice(0, 23).replace('T', ' ')],
    )
  await keep(60)
  await keep(0)
  await until('the one is seen', async () => (await figures())['untoldBatches'] === 1)
  await pipeline.db.raw('DELETE FROM outbox')
  await until('none is seen', async () => (await figures())['untoldBatches'] === 0)
})

test('answers operators alone', async () => {
  const url = `${pipeline.urls.get('console')}/api/v1/figures`
  const token = await pipeline.callerToken({ scope: 'read all' })
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'forbidden' }])
})

test('goes on without the cache, and names it; and without the database, until both are back', async () => {
  await redis.engine.kill()
  await until('the cache is missed', async () => (await figures()).away.includes('cache'))
  expect(await figures()).toMatchObject({ points: [], pending: { transactions: 0 }, away: ['cache'] })
  await redis.engine.start()
  await until('moments are told again', async () => (await figures()).points.length > 0)

  await mysql.engine.kill()
  await until('the database is missed', async () => (await figures()).away.includes('database'))
  const without = await figures()
  expect(without.points.length).toBeGreaterThan(0)
  expect(without).not.toHaveProperty('pending')
  await mysql.engine.start()
  await until('the ledger is seen again', async () => (await figures()).away.length === 0, 20)
})
