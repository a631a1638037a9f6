import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { requestCallerToken } from '../../../knative/local/caller-issuer.ts'
import { runMainJob } from '../../../knative/local/main-job.ts'
import { isAlive } from '../../../knative/local/owner-lock.mjs'
import { type Stack, startStack } from '../../../knative/local/stack.ts'
import { openStream } from '../../support/balance-stream.ts'
import { checkPublicAddress } from '../../support/contract/under-contract.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { allFinal, findBrokenBooks } from '../../support/ledger.ts'
import { type Answer, presentToken, send } from '../../support/pipeline.ts'
import { until } from '../../support/until.ts'

let folder: string
let database: TestDatabase
let stack: Stack
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settle-stack-'))
  database = await createDatabase()
  const redisUrl = process.env['REDIS_URL'] ?? ''
  stack = await startStack({ folder, mysqlUrl: database.url, redisUrl, port: 0 })
  checkPublicAddress(stack.url)
  presentToken(stack.url, await requestCallerToken(stack.issuer.url))
}, 120_000)
afterAll(async () => {
  await stack.close()
  await database.drop()
  await rm(folder, { recursive: true })
}, 60_000)

const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
  send(method, `${stack.url}${path}`, body)

/** A caller that sends the same again until it is told that it was accepted, as callers are told to. */
async function post(transactionId: string, amount = '1'): Promise<void> {
  const request = { transactionId, sourceAccountId: 'payer', destinationAccountId: 'payee', amount }
  await until(`${transactionId} is accepted`, async () => {
    const answer = await call('POST', '/api/v1/transactions/process', request).catch(() => undefined)
    return answer?.status === 202
  })
}

test('does the main job as it should be, from the manifests, in processes of its own', async () => {
  expect(
    await runMainJob(
      { url: stack.url, token: await requestCallerToken(stack.issuer.url) },
      'test',
      () => undefined,
    ),
  ).toEqual([])
}, 60_000)

test('loses nothing and doubles nothing when a worker, an ingest and Pub/Sub are killed under load', async () => {
  await call('POST', '/api/v1/accounts', { accountId: 'payer', currency: 'USD', openingBalance: '1000' })
  await call('POST', '/api/v1/accounts', { accountId: 'payee', currency: 'USD' })
  await allFinal(database.db)
  const victims = [stack.pools.get('worker'), stack.pools.get('ingest')].map(
    pool => pool?.instances[0]?.child,
  )
  const load = Array.from({ length: 10 }, async (_, caller) => {
    for (let step = 0; step < 30; step += 1) {
      await post(`${caller}.${step}`)
      if (caller === 0 && step === 10) await Promise.all(victims.map(victim => victim?.kill()))
      if (caller === 0 && step === 20) {
        await stack.pubsub.kill()
        await stack.pubsub.start()
        await stack.createTopology()
      }
    }
  })
  await Promise.all(load)
  await stack.pubsub.kill()
  await post('unrung')
  await stack.pubsub.start()
  await stack.createTopology()
  // What Pub/Sub lost is too young for the sweeper: made old, as ten seconds would.
  await database.db.raw(
    `UPDATE transactions SET accepted_at = accepted_at - INTERVAL 1 MINUTE WHERE status = 'PENDING'`,
  )
  expect((await stack.runSchedule('sweeper')).status).toBe(200)
  await allFinal(database.db)
  expect((await call('GET', '/api/v1/accounts/payee/balance')).body['balance']).toBe(301)
  expect((await call('GET', '/api/v1/accounts/payer/balance')).body['balance']).toBe(699)
  expect(await findBrokenBooks(database.db)).toEqual([])
  for (const pool of stack.pools.values()) {
    await until(`${pool.name} is whole again`, () => pool.instances.length >= 1)
  }
}, 120_000)

test('goes over to new processes without failing a request, and to ones that differ until the next time', async () => {
  const pool = stack.pools.get('status')
  const read = () => call('GET', '/api/v1/accounts/payee/balance')
  const pids = () => (pool?.instances ?? []).map(({ child }) => child.pid)
  const old = pids()
  const rolling = { isOver: false }
  const reading = (async () => {
    const statuses = new Set<number>()
    while (!rolling.isOver) statuses.add((await read()).status)
    return [...statuses]
  })()
  await pool?.roll()
  rolling.isOver = true
  expect(await reading).toEqual([200])
  expect(pids()).toHaveLength(old.length)
  expect([...old.map(isAlive), ...pids().map(isAlive)]).toEqual([false, true])
  const limit = async () => (await read()).headers.get('ratelimit-policy')
  const usual = await limit()
  await pool?.roll({ RATE_LIMIT_REQUESTS: '77' })
  expect(await limit()).toMatch('q=77;')
  await pool?.roll()
  expect(await limit()).toBe(usual)
}, 60_000)

test('answers like the load balancer: 404 for a path of no function', async () => {
  expect(await call('GET', '/nowhere')).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect((await call('GET', '/events/transactions')).status).toBe(404)
})

test.each(['/openapi.json', '/schemas/transaction-results.json', '/docs', '/docs/start.js'])(
  'shows callers the description at %s',
  async path => {
    expect((await fetch(`${stack.url}${path}`)).status).toBe(200)
  },
)

test('shows operators their page at the address itself', async () => {
  const page = await fetch(stack.url)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect((await fetch(`${stack.url}/console/main.ts`)).status).toBe(200)
})

test('passes a stream on as it comes, and ends it when its reader leaves', async () => {
  const redis = new Redis(process.env['REDIS_URL'] ?? '')
  const readers = async () =>
    (await redis.call('PUBSUB', 'NUMSUB', 'settle:balance:payee')) as [string, number]
  const stream = await openStream(stack.url, 'payee')
  const { version } = await stream.nextEvent()
  await post('streamed')
  expect((await stream.nextEvent()).version).toBe(version + 1)
  await until('it is subscribed', async () => (await readers())[1] === 1)
  await stream.leave()
  await until('nobody is subscribed', async () => (await readers())[1] === 0)
  redis.disconnect()
})

test('leaves no process behind when it closes', async () => {
  const pids = [...stack.pools.values()].flatMap(pool => pool.instances.map(({ child }) => child.pid))
  expect(pids.length).toBeGreaterThanOrEqual(7)
  await stack.close()
  expect(pids.filter(isAlive)).toEqual([])
  await expect(fetch(stack.url)).rejects.toThrow()
}, 60_000)
