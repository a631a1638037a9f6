import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { toSqlTime } from '../../lib/mysql/time.ts'
import { rowCounter } from '../support/fuzz/count-rows.ts'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { type Answer, closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

const PROCESS = '/api/v1/transactions/process'
const BALANCE = '/api/v1/accounts/payer/balance'

let pipeline: Pipeline
let unlimited: Pipeline
beforeAll(async () => {
  const env = { RATE_LIMIT_REQUESTS: '5', RATE_LIMIT_SECONDS: '600', REQUEST_SECONDS: '1' }
  pipeline = await startPipeline({ deaf: true, env })
  unlimited = await startPipeline({ env: { PENDING_LIMIT_SECONDS: '60' } })
})
afterAll(closePipelines)

const transfer = (transactionId: string) => ({
  ...{ transactionId, sourceAccountId: 'payer', destinationAccountId: 'payee' },
  amount: '1',
})

async function caller(sub: string, from = pipeline) {
  const authorization = `Bearer ${await from.callerToken({ sub })}`
  return (name: string, method: string, path: string, body?: unknown): Promise<Answer> =>
    send(method, `${from.urls.get(name)}${path}`, body, { authorization })
}

test('counts what a caller sends to all functions together, says what is left, and then stores nothing', async () => {
  const call = await caller('busy')
  const sent: Parameters<typeof call>[] = [
    ['status', 'GET', BALANCE],
    ['ingest', 'POST', PROCESS, {}],
    ['accounts', 'GET', '/api/v1/accounts/payer'],
    ['dead-letter', 'GET', '/api/v1/dead-letters'],
    ['status', 'GET', BALANCE],
  ]
  for (const [index, request] of sent.entries()) {
    const { headers } = await call(...request)
    expect(headers.get('ratelimit')).toMatch(new RegExp(`^"caller";r=${4 - index};t=\\d+$`))
    expect(headers.get('ratelimit-policy')).toBe('"caller";q=5;w=600')
  }
  const countRows = await rowCounter(pipeline.db)
  const before = await countRows()
  const { status, body, headers } = await call('ingest', 'POST', PROCESS, transfer('too-much'))
  expect([status, body['code'], headers.get('ratelimit')]).toEqual([
    429,
    'rate_limited',
    expect.stringMatching(/r=0/),
  ])
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await countRows()).toBe(before)
})

test('shuts nobody out for what another has sent', async () => {
  const [one, other] = [await caller('greedy'), await caller('modest')]
  const answers = await Promise.all(Array.from({ length: 9 }, () => one('status', 'GET', BALANCE)))
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(4)
  expect((await other('status', 'GET', BALANCE)).status).toBe(404)
})

test('counts a caller without the scope too, and nobody without a token', async () => {
  const authorization = `Bearer ${await pipeline.callerToken({ sub: 'scopeless', scope: '' })}`
  const url = `${pipeline.urls.get('status')}${BALANCE}`
  const statuses = []
  for (let count = 0; count < 6; count += 1)
    statuses.push((await send('GET', url, undefined, { authorization })).status)
  expect(statuses).toEqual([403, 403, 403, 403, 403, 429])
  for (let count = 0; count < 9; count += 1)
    expect((await send('GET', url, undefined, { authorization: '' })).status).toBe(401)
})

test('goes on limiting while the cache is away, and shuts nobody out', async () => {
  const away = await startPipeline({
    deaf: true,
    redisUrl: 'redis://127.0.0.1:1',
    env: { RATE_LIMIT_REQUESTS: '3', RATE_LIMIT_SECONDS: '600' },
  })
  const call = await caller('insured', away)
  const statuses = []
  for (let count = 0; count < 5; count += 1) statuses.push((await call('status', 'GET', BALANCE)).status)
  expect(statuses).toEqual([404, 404, 404, 429, 429])
})

test('takes nothing while the oldest transaction waits too long, and takes it again when it is done', async () => {
  await openAccounts(unlimited, ['payer', 'payee'], '10')
  const { db, call } = unlimited
  await db.raw(
    `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
       accepted_at) VALUES ('stuck', 15, 'transfer', 'payer', 'payee', 1, ?)`,
    [toSqlTime(new Date(Date.now() - 3_600_000))],
  )
  const post = (id: string) => call('ingest', 'POST', PROCESS, transfer(id))
  await until('ingest takes no more', async () => (await post('late')).status === 503)
  const countRows = await rowCounter(db, ['outbox'])
  const before = await countRows()
  const { status, body, headers } = await post('refused')
  expect([status, body['code'], headers.get('retry-after')]).toEqual([503, 'overloaded', '5'])
  expect(await countRows()).toBe(before)
  expect(unlimited.logLines.join('')).toContain('overloaded')
  await unlimited.sweep()
  await allFinal(db)
  await until('ingest takes it', async () => (await post('refused')).status === 202)
})

test('goes on taking transactions while one that fails by itself is waited for', async () => {
  const { db, call } = unlimited
  await db.raw(
    `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
       accepted_at, failure_count, last_error) VALUES ('poison', 60000, 'transfer', 'x', 'y', 1, ?, 1, 'a bug')`,
    [toSqlTime(new Date(Date.now() - 3_600_000))],
  )
  const { findOldestPendingTime } = await import('../../lib/mysql/find-oldest-pending.ts')
  const oldest = await findOldestPendingTime(db)
  expect(oldest === undefined || Date.now() - oldest.getTime() < 60_000).toBe(true)
  expect((await call('ingest', 'POST', PROCESS, transfer('beside-poison'))).status).toBe(202)
  await db.raw(`DELETE FROM transactions WHERE transaction_id = 'poison'`)
})

test('takes nothing while too much waits in front of the database', async () => {
  const narrow = await startPipeline({ deaf: true, env: { QUEUE_LIMIT: '0', FLUSH_SIZE: '1' } })
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      narrow.call('ingest', 'POST', PROCESS, transfer(`queued-${index}`)),
    ),
  )
  const statuses = new Set(answers.map(({ status }) => status))
  expect([...statuses].sort()).toEqual([202, 503])
  const [[{ stored }]] = await narrow.db.raw('SELECT COUNT(*) AS stored FROM transactions')
  expect(Number(stored)).toBe(answers.filter(({ status }) => status === 202).length)
})

test.each(['ingest', 'worker', 'status'])('%s waits for no body that comes a byte at a time', async name => {
  const socket = connect(Number(new URL(pipeline.urls.get(name) ?? '').port), '127.0.0.1')
  socket.write(`POST ${PROCESS} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{`)
  const drip = setInterval(() => socket.write(' '), 100)
  const answer = await text(socket)
  clearInterval(drip)
  expect(answer).toMatch(/^HTTP\/1.1 408 .*connection: close.*"code":"request_timeout"/is)
})

test('tells every browser to keep, guess, run and frame nothing', async () => {
  const url = pipeline.urls.get('status') ?? ''
  for (const path of ['/healthz', BALANCE, '/nowhere']) {
    const { headers } = await send('GET', `${url}${path}`)
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'x-content-type-options': 'nosniff',
    })
    expect(headers.has('x-powered-by')).toBe(false)
  }
})
