import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['alice', 'bob'], '1000')
})
afterAll(closePipelines)

async function post(transactionId: string, over: object = {}): Promise<void> {
  const request = {
    transactionId,
    sourceAccountId: 'alice',
    destinationAccountId: 'bob',
    amount: '1.2345',
    ...over,
  }
  const { status } = await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', request)
  expect(status).toBe(202)
}

const read = (path: string) => pipeline.call('status', 'GET', path)

test('knows an id from the moment it was accepted', async () => {
  for (let round = 0; round < 100; round += 1) {
    await post(`known-${round}`)
    expect((await read(`/api/v1/transactions/known-${round}/status`)).status).toBe(200)
  }
})

test('shows a completed transaction with the balances after it, digit for digit', async () => {
  await allFinal(pipeline.db)
  await openAccounts(pipeline, ['large', 'small'], '0')
  const amount = '123456789012345.6789'
  await post('exact', { sourceAccountId: 'world:USD', destinationAccountId: 'large', amount })
  await allFinal(pipeline.db)
  for (const source of ['MySQL', 'Redis']) {
    if (source === 'MySQL') await pipeline.redis.del('transaction:exact')
    const { text } = await pipeline.call('status', 'GET', '/api/v1/transactions/exact')
    expect(text).toContain(`"amount":${amount},`)
    expect(text).toContain(`"destinationBalanceAfter":${amount},`)
    expect(text).toContain(`"status":"COMPLETED"`)
    await until('the cache has it', async () => (await pipeline.redis.exists('transaction:exact')) === 1)
  }
})

test('tells why a transaction failed', async () => {
  await openAccounts(pipeline, ['poor'], '0')
  await post('too-much', { sourceAccountId: 'poor' })
  await allFinal(pipeline.db)
  const { body } = await read('/api/v1/transactions/too-much/status')
  expect(body).toEqual({ transactionId: 'too-much', status: 'FAILED', reason: 'insufficient_funds' })
})

test('answers a balance from the cache, and from the database when the cache has lost it', async () => {
  await openAccounts(pipeline, ['saver'], '7.25')
  await until('the cache has it', async () => (await pipeline.redis.exists('balance:saver')) === 1)
  const cached = await read('/api/v1/accounts/saver/balance')
  await pipeline.redis.del('balance:saver')
  const stored = await read('/api/v1/accounts/saver/balance')
  expect(cached.body).toMatchObject({
    accountId: 'saver',
    balance: 7.25,
    available: 7.25,
    held: 0,
    version: 1,
  })
  expect(stored.body).toEqual(cached.body)
})

test('never lets an older balance replace a newer one in the cache', async () => {
  await openAccounts(pipeline, ['guarded'], '5')
  const { createCache } = await import('../../lib/redis/cache.ts')
  const cache = createCache(pipeline.redis)
  await cache.write([], [{ accountId: 'guarded', version: 9, balance: 'new' }])
  await cache.write([], [{ accountId: 'guarded', version: 8, balance: 'old' }])
  expect(await cache.readBalance('guarded')).toContain('new')
  await cache.write([], [{ accountId: 'guarded', version: 10, balance: 'newest' }])
  expect(await cache.readBalance('guarded')).toContain('newest')
  // Not for long: after Redis has lost all it had, an old version finds nothing to yield to.
  expect(await pipeline.redis.ttl('balance:guarded')).toBeLessThanOrEqual(300)
})

test('publishes a balance once, and none that is older', async () => {
  const { createCache } = await import('../../lib/redis/cache.ts')
  const cache = createCache(pipeline.redis)
  const news = pipeline.redis.duplicate({ keyPrefix: '' })
  const heard: string[] = []
  news.on('message', (_channel, text) => heard.push(text))
  await news.subscribe(`${pipeline.projectId}:balance:published`)
  for (const version of [9, 9, 8, 10]) await cache.write([], [{ accountId: 'published', version }])
  await until('the last is heard', () => heard.some(text => text.startsWith('10|')))
  news.disconnect()
  expect(heard).toEqual([9, 10].map(version => `${version}|{"accountId":"published","version":${version}}`))
})

const told = (transactionId: string, status: string) => ({
  ...{ transactionId, status, orderingGroup: 0, time: null, traceparent: null },
  json: JSON.stringify({ transactionId, status }),
})

test('never lets a PENDING copy replace what is known', async () => {
  const { createCache } = await import('../../lib/redis/cache.ts')
  const cache = createCache(pipeline.redis)
  await cache.write([told('final', 'COMPLETED')], [])
  await cache.writePending(told('final', 'PENDING'))
  expect(await cache.readTransaction('final')).toContain('COMPLETED')
})

test('answers 404 for what was never accepted', async () => {
  for (const path of ['/api/v1/transactions/none', '/api/v1/transactions/none/status']) {
    expect(await read(path)).toMatchObject({ status: 404, body: { code: 'transaction_not_found' } })
  }
  expect(await read('/api/v1/accounts/none/balance')).toMatchObject({
    status: 404,
    body: { code: 'account_not_found' },
  })
  expect((await read('/api/v1/transactions/%E0%A4%A')).status).toBe(404)
})

test.each(['%F0%9F%92%A9', 'a%00b', 'x'.repeat(65), '%C3%A9', "'%20OR%201=1", '..', '%2e%2e'])(
  'answers 404 for %s, which can be no id',
  async id => {
    for (const path of [`transactions/${id}`, `transactions/${id}/status`, `accounts/${id}/balance`]) {
      expect((await rawStatus('status', 'GET', `/api/v1/${path}`)).startsWith('HTTP/1.1 404')).toBe(true)
    }
    for (const method of ['GET', 'DELETE']) {
      expect((await rawStatus('accounts', method, `/api/v1/accounts/${id}`)).startsWith('HTTP/1.1 404')).toBe(
        true,
      )
    }
  },
)

test.each([
  ['GET', '/favicon.ico'],
  ['GET', '/robots.txt/below?x'],
  ['OPTIONS', '*'],
  ['GET', 'http://elsewhere/'],
])('answers %s %s itself, where Express would with a page or with nothing', async (method, path) => {
  const answer = await rawStatus('status', method, path)
  expect(answer).toMatch(/^HTTP\/1.1 404 .*content-type: application\/problem\+json.*"code":"not_found"/s)
})

test('takes a query that cannot be decoded for what it is: of no interest', async () => {
  const answer = await rawStatus('status', 'GET', '/healthz?x=%')
  expect(answer).toMatch(/^HTTP\/1.1 200 /)
})

/** An answer as it came; `fetch` would tidy the path up before it sends it. */
async function rawStatus(functionName: string, method: string, path: string): Promise<string> {
  const { port } = new URL(pipeline.urls.get(functionName) ?? '')
  const socket = connect(Number(port), '127.0.0.1')
  const authorization = `authorization: Bearer ${await pipeline.callerToken()}`
  socket.write(`${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${authorization}\r\n\r\n`)
  return Buffer.concat(await socket.toArray()).toString()
}

test('a hold told late does not replace the copy of its end', async () => {
  const { createCache } = await import('../../lib/redis/cache.ts')
  const cache = createCache(pipeline.redis)
  await cache.write([told('ended-hold', 'HELD')], [])
  expect(await cache.readTransaction('ended-hold')).toContain('HELD')
  await cache.write([told('ended-hold', 'VOIDED')], [])
  await cache.write([told('ended-hold', 'HELD')], [])
  expect(await cache.readTransaction('ended-hold')).toContain('VOIDED')
})
