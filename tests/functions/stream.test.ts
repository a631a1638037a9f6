import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openStream } from '../support/balance-stream.ts'
import { openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline({ env: { STREAM_LIMIT: '5' } })
  await openAccounts(pipeline, ['payee'])
})
afterAll(closePipelines)

const open = (accountId: string, headers = {}, from = pipeline) =>
  openStream(from.urls.get('status') ?? '', accountId, headers)

async function pay(from: string, amount: string, through = pipeline): Promise<void> {
  const transactionId = `${from}-${amount}`
  const transfer = { transactionId, sourceAccountId: from, destinationAccountId: 'payee', amount }
  const { status } = await through.call('ingest', 'POST', '/api/v1/transactions/process', transfer)
  expect(status).toBe(202)
}

const channelOf = (accountId: string, of = pipeline) => `${of.projectId}:balance:${accountId}`

/** How many connections are subscribed to an account's news. */
async function subscribers(accountId: string, of = pipeline): Promise<number> {
  const [, count] = (await of.redis.call('PUBSUB', 'NUMSUB', channelOf(accountId, of))) as [string, number]
  return count
}

test('begins with the balance as it is, and tells each change of it, digit for digit', async () => {
  await openAccounts(pipeline, ['alice'], '123456789012345.6789')
  const stream = await open('alice')
  expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  expect(await stream.nextBlock()).toBe('retry: 1000')
  expect((await stream.nextEvent()).text).toContain('"balance":123456789012345.6789,"held":0.00,')
  await pay('alice', '0.0001')
  expect((await stream.nextEvent()).text).toContain('"balance":123456789012345.6788,')
  const { body } = await pipeline.call('status', 'GET', '/api/v1/accounts/alice/balance')
  await pay('alice', '1')
  expect((await stream.nextEvent()).version).toBe(Number(body['version']) + 1)
  await stream.leave()
})

test('begins with version 0 of an account that nothing has moved yet', async () => {
  await openAccounts(pipeline, ['empty'])
  const stream = await open('empty')
  expect((await stream.nextEvent()).data).toMatchObject({ accountId: 'empty', balance: 0, version: 0 })
  await stream.leave()
})

test('sends a reader that comes back what is newer than the version it has, and nothing else', async () => {
  await openAccounts(pipeline, ['returner'], '10')
  const current = await open('returner', { 'last-event-id': '1' })
  const ahead = await open('returner', { 'last-event-id': '2' })
  const behind = await open('returner', { 'last-event-id': '0' })
  expect((await behind.nextEvent()).version).toBe(1)
  await pay('returner', '1')
  expect((await current.nextEvent()).version).toBe(2)
  await pay('returner', '2')
  expect((await ahead.nextEvent()).version).toBe(3)
  for (const stream of [current, ahead, behind]) await stream.leave()
})

test('passes over news that are late, doubled or of another account', async () => {
  await openAccounts(pipeline, ['calm'], '10')
  const stream = await open('calm')
  expect((await stream.nextEvent()).version).toBe(1)
  await until('it is subscribed', async () => (await subscribers('calm')) === 1)
  for (const version of [0, 1]) await pipeline.redis.publish(channelOf('calm'), `${version}|{}`)
  await pipeline.redis.publish(channelOf('other'), '9|{}')
  await pay('calm', '1')
  expect((await stream.nextEvent()).version).toBe(2)
  await stream.leave()
})

test('shares one subscription among all streams of an account, and ends it with the last of them', async () => {
  await openAccounts(pipeline, ['shared'], '10')
  const streams = await Promise.all([open('shared'), open('shared'), open('shared')])
  for (const stream of streams) expect((await stream.nextEvent()).version).toBe(1)
  await until('it is subscribed', async () => (await subscribers('shared')) === 1)
  const [first, ...others] = streams
  await first?.leave()
  await pay('shared', '1')
  for (const stream of others) expect((await stream.nextEvent()).version).toBe(2)
  expect(await subscribers('shared')).toBe(1)
  for (const stream of others) await stream.leave()
  await until('nobody is subscribed', async () => (await subscribers('shared')) === 0)
})

test('begins with what others were sent already, whatever copy Redis has', async () => {
  await openAccounts(pipeline, ['joined'], '10')
  const first = await open('joined')
  expect((await first.nextEvent()).version).toBe(1)
  const old = (await pipeline.redis.get('balance:joined')) ?? ''
  expect(old).toMatch(/^1\|/)
  await pay('joined', '1')
  expect((await first.nextEvent()).version).toBe(2)
  await pipeline.redis.set('balance:joined', old)
  const second = await open('joined')
  expect((await second.nextEvent()).version).toBe(2)
  for (const stream of [first, second]) await stream.leave()
})

test('takes as many streams as it may, and another one when a reader has left', async () => {
  await openAccounts(pipeline, ['popular'], '10')
  // Many that come and go leave nothing behind that would count.
  for (let round = 0; round < 20; round += 1) await (await openWhenRoom('popular')).leave()
  const streams = await Promise.all(Array.from({ length: 5 }, () => openWhenRoom('popular')))
  const refused = await open('popular')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  await streams[0]?.leave()
  streams.push(await openWhenRoom('popular'))
  for (const stream of streams) await stream.leave()
})

/** Opens a stream once the instance has noticed who left. */
async function openWhenRoom(accountId: string) {
  let stream = await open(accountId)
  await until('there is room', async () => {
    if (stream.status === 503) stream = await open(accountId)
    return stream.status === 200
  })
  return stream
}

test('shows that it is alive, and finds what no news told', async () => {
  const beating = await startPipeline({ env: { STREAM_BEAT_SECONDS: '1' } })
  await openAccounts(beating, ['silent'], '10')
  const stream = await open('silent', {}, beating)
  expect((await stream.nextEvent()).version).toBe(1)
  expect(await stream.nextBlock()).toBe(': beat')
  expect(await subscribers('silent', beating)).toBe(1)
  await beating.db.raw(`UPDATE accounts SET version = 7, balance = 70 WHERE account_id = 'silent'`)
  expect((await stream.nextEvent()).text).toContain('"balance":70.00,')
  await stream.leave()
})

test('ends by itself when its time is over, and goes on for a reader that comes back', async () => {
  const brief = await startPipeline({ env: { STREAM_BEAT_SECONDS: '1', STREAM_SECONDS: '2' } })
  await openAccounts(brief, ['brief', 'payee'], '10')
  const stream = await open('brief', {}, brief)
  const { version } = await stream.nextEvent()
  expect((await stream.rest()).at(-1)).toBe(': connect again')
  await until('nobody is subscribed', async () => (await subscribers('brief', brief)) === 0)
  await pay('brief', '1', brief)
  const next = await open('brief', { 'last-event-id': String(version) }, brief)
  expect((await next.nextEvent()).data).toMatchObject({ balance: 9, version: 2 })
  await next.leave()
})

test.each(['nobody', '%F0%9F%92%A9'])('answers 404 for %s, which is no account', async accountId => {
  const { status, body } = await pipeline.call(
    'status',
    'GET',
    `/api/v1/accounts/${accountId}/balance/stream`,
  )
  expect([status, body['code']]).toEqual([404, 'account_not_found'])
})

test.each(['x', '-1', '1.5', '1, 2', '', '1234567890123456'])(
  'refuses Last-Event-ID: %p before the stream begins, and names it',
  async id => {
    const url = `${pipeline.urls.get('status')}/api/v1/accounts/payee/balance/stream`
    const { status, body } = await send('GET', url, undefined, { 'last-event-id': id })
    const message = 'must be a version, as the id of each event is'
    expect([status, body['errors']]).toEqual([400, [{ field: 'Last-Event-ID', message }]])
  },
)

test('refuses a parameter, as it takes none', async () => {
  const path = '/api/v1/accounts/payee/balance/stream?minVersion=1'
  const { status, body } = await pipeline.call('status', 'GET', path)
  expect([status, body['errors']]).toEqual([400, [{ field: 'minVersion', message: 'is not known here' }]])
})
