import { randomUUID } from 'node:crypto'
import { type Message, PubSub } from '@google-cloud/pubsub'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { checkBalances } from '../../loadgen/load/check-balances.ts'
import { type Checked, checkDatabase } from '../../loadgen/load/check-database.ts'
import { isSound, type LoadResult, resultOf } from '../../loadgen/load/load-result.ts'
import type { LoadSettings } from '../../loadgen/load/load-run.ts'
import type { LoadTarget } from '../../loadgen/load/load-stack.ts'
import { runLoad } from '../../loadgen/load/run-load.ts'
import { Transfers } from '../../loadgen/load/transfers.ts'
import { createServiceClient } from '../../loadgen/service/service-client.ts'
import { allFinal, findBrokenBooks } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'
import { type Front, type Intercept, startFront } from './support/front.ts'
import { runLoadgen } from './support/run-loadgen.ts'

let pipeline: Pipeline
let front: Front
let target: LoadTarget
let intercept: Intercept
beforeAll(async () => {
  pipeline = await startPipeline()
  front = await startFront(pipeline, (method, path) => intercept(method, path))
  const { env, projectId } = pipeline
  target = {
    ...{
      url: front.url,
      token: await pipeline.callerToken(),
      isOwn: true,
      pid: undefined,
      statusUrl: undefined,
    },
    pubsub: { host: process.env['PUBSUB_EMULATOR_HOST'] ?? '', projectId },
    engines: {
      mysqlUrl: env['MYSQL_URL'] ?? '',
      redisUrl: env['REDIS_URL'] ?? '',
      redisKeyPrefix: env['REDIS_KEY_PREFIX'] ?? '',
    },
  }
})
beforeEach(() => {
  intercept = () => undefined
})
afterAll(async () => {
  await front.close()
  await closePipelines()
})

const SETTINGS: LoadSettings = {
  ...{
    rate: undefined,
    connections: 2,
    orders: 5,
    path: 'http',
    reads: 0,
    readsAt: 'gateway',
    hearsResults: true,
  },
  ...{ accounts: 10, skew: 'uniform', zipfExponent: 1, refusedPercent: 0, seed: 7 },
  ...{ warmUpSeconds: 0, seconds: 1, patienceSeconds: 15 },
}

async function load(runId: string, given: Partial<LoadSettings> = {}): Promise<LoadResult> {
  const settings = { ...SETTINGS, ...given }
  const outcome = await runLoad({
    ...{ target, settings, runId, interrupted: new AbortController().signal, onSecond: () => undefined },
    show: () => ({ step: () => undefined, stop: () => undefined }),
  })
  return resultOf({ startedAt: '2026-11-21T20:00:00.000Z', surroundings: {}, settings, outcome })
}

async function countOf(runId: string, status: string): Promise<number> {
  const [[{ count }]] = await pipeline.db.raw(
    'SELECT COUNT(*) AS count FROM transactions WHERE transaction_id LIKE ? AND status = ?',
    [`load-${runId}-%`, status],
  )
  return Number(count)
}

/** Takes the first batch of a run, sees it applied and told, and then answers something else. */
function acceptButAnswer(transfers: Transfers, answer: { status: number; body: unknown }): Intercept {
  let isFirst = true
  return async (_, path) => {
    if (!path.endsWith('/batch') || !isFirst) return undefined
    isFirst = false
    const body = `{"transactions":${transfers.jsonArray(0, 5)}}`
    await pipeline.call('ingest', 'POST', '/api/v1/transactions/batch', body)
    await allFinal(pipeline.db)
    await until('all is told', async () => {
      const [rows] = await pipeline.db.raw('SELECT 1 FROM outbox LIMIT 1')
      return rows.length === 0
    })
    return answer
  }
}

const brokenOf = (checked: readonly Checked[]) => checked.filter(({ broken }) => broken.length > 0)

test('sends whenever it is answered, and counts as applied what the database has as COMPLETED', async () => {
  const result = await load('closed')
  expect(result).toMatchObject({ model: 'closed', errors: {} })
  expect(brokenOf(result.promises)).toEqual([])
  expect(isSound(result)).toBe(true)
  const completed = await countOf('closed', 'COMPLETED')
  expect(completed).toBeGreaterThan(0)
  expect(result.counts).toEqual({ sent: completed, accepted: completed, decided: completed })
  const { accepted, applied } = result.perSecond
  for (const counts of [accepted, applied])
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(completed)
  expect(result.latencies.accept?.count).toBe(completed / 5)
  expect(result.latencies.told?.count).toBe(completed)
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('sends single transfers at a rate, reads statuses beside it, and expects the refusals it was told to cause', async () => {
  const given = {
    rate: 60,
    orders: 1,
    connections: 1000,
    reads: 40,
    refusedPercent: 30,
    skew: 'zipf',
  } as const
  const result = await load('open', given)
  expect(result).toMatchObject({ model: 'open', errors: {} })
  expect(brokenOf(result.promises)).toEqual([])
  const failed = await countOf('open', 'FAILED')
  expect(failed).toBeGreaterThan(0)
  expect(failed + (await countOf('open', 'COMPLETED'))).toBe(result.counts.sent)
  expect(result.latencies.read?.count).toBeGreaterThan(0)
})

test.each([
  ['arrays of transfers, of no key,', 5, 'hot-destination', () => ''],
  ['a transfer of each account in its order', 1, 'zipf', ({ sourceAccountId }: Sent) => sourceAccountId],
  ['deposits by where they go', 1, 'world', ({ destinationAccountId }: Sent) => destinationAccountId],
] as const)('publishes %s to the topic, and sees each applied', async (_, orders, skew, keyOf) => {
  const topic = await watchTopic()
  const runId = `topic-${skew}`
  const result = await load(runId, { path: 'topic', orders, skew, rate: 50, connections: 1000 })
  expect(result.errors).toEqual({})
  expect(brokenOf(result.promises)).toEqual([])
  const { sent, decided } = result.counts
  expect([decided, await countOf(runId, 'COMPLETED')]).toEqual([sent, sent])
  await until('the topic has delivered all', () => topic.messages.length === sent / orders)
  await topic.close()
  for (const { data, orderingKey } of topic.messages) {
    const first = [JSON.parse(data.toString())].flat()[0]
    expect(orderingKey).toBe(keyOf(first))
  }
})

type Sent = { readonly sourceAccountId: string; readonly destinationAccountId: string }

/** Gathers the messages that are published from now on. */
async function watchTopic(): Promise<{ messages: Message[]; close(): Promise<void> }> {
  const client = new PubSub({ projectId: pipeline.projectId })
  const [subscription] = await client.topic('transactions').createSubscription(`watch-${randomUUID()}`)
  const messages: Message[] = []
  subscription.on('message', message => {
    messages.push(message)
    message.ack()
  })
  const close = async () => {
    await subscription.close()
    await client.close()
  }
  return { messages, close }
}

test('learns of a sample what was applied, and when, where it hears no results', async () => {
  const result = await load('deaf', { hearsResults: false, rate: 100, connections: 1000 })
  expect(brokenOf(result.promises)).toEqual([])
  expect(result.latencies.told).toBeUndefined()
  expect(result.latencies.decided?.count).toBe(await countOf('deaf', 'COMPLETED'))
  expect(result.perSecond.applied.reduce((sum, count) => sum + count, 0)).toBe(result.counts.sent)
})

test('counts what is answered with an error by its code, and does not take it for lost or for applied', async () => {
  let posts = 0
  intercept = (method, path) => {
    if (method !== 'POST' || !path.endsWith('/batch')) return undefined
    posts += 1
    if (posts % 3 === 0) return { status: 503, body: { code: 'unavailable' } }
    return posts % 3 === 1 ? { status: 503, body: { code: 'overloaded' } } : undefined
  }
  const result = await load('errors', { rate: 100, connections: 1000 })
  expect(brokenOf(result.promises)).toEqual([])
  expect(isSound(result)).toBe(false)
  const { unavailable = 0, overloaded = 0, ...others } = result.errors
  expect(others).toEqual({})
  expect(unavailable).toBeGreaterThan(0)
  expect(overloaded).toBeGreaterThan(0)
  expect(unavailable + overloaded + result.counts.accepted).toBe(result.counts.sent)
  expect(await countOf('errors', 'COMPLETED')).toBe(result.counts.decided)
})

test('asks for what was accepted without the caller being told, and reckons with it', async () => {
  const transfers = new Transfers({ ...SETTINGS, runId: 'silent' })
  intercept = acceptButAnswer(transfers, { status: 500, body: { code: 'internal' } })
  const result = await load('silent', { connections: 1 })
  expect(result.errors).toEqual({ internal: 5 })
  expect(brokenOf(result.promises)).toEqual([])
  expect(await countOf('silent', 'COMPLETED')).toBe(result.counts.sent)
})

test('says of which transfers nobody answers', async () => {
  intercept = (method, path) =>
    path.endsWith('/batch') || (method === 'GET' && path.includes('/transactions/'))
      ? { status: 500, body: { code: 'internal' } }
      : undefined
  const result = await load('lost', { rate: 10, patienceSeconds: 1 })
  const broken = Array.from({ length: result.counts.sent }, (_, n) => `load-lost-${n} is not told of`)
  expect(brokenOf(result.promises)).toEqual([{ promise: 'it can be learned what became of each', broken }])
})

test('sees it when the service refuses what can be paid, and when it applies what it has answered as not taken', async () => {
  const transfers = new Transfers({ ...SETTINGS, runId: 'wrong' })
  intercept = acceptButAnswer(transfers, { status: 503, body: { code: 'overloaded' } })
  // Long enough for the results of the first batch, which nobody waits for.
  const applied = await load('wrong', { connections: 1, seconds: 2 })
  expect(brokenOf(applied.promises)).toEqual([
    {
      promise: 'what could be paid was, and nothing else',
      broken: [0, 1, 2, 3, 4].map(n => `load-wrong-${n} is COMPLETED, and was answered as not taken`),
    },
  ])
  intercept = () => undefined
  await pipeline.call('accounts', 'POST', '/api/v1/accounts', {
    accountId: 'load-none-0',
    currency: 'USD',
    overdraftLimit: '1000000000',
  })
  await pipeline.call('accounts', 'PATCH', '/api/v1/accounts/load-none-0', { status: 'FROZEN' })
  const refused = await load('none', { accounts: 2 })
  expect(brokenOf(refused.promises)).toEqual([
    {
      promise: 'what could be paid was, and nothing else',
      broken: expect.arrayContaining(['load-none-0 is FAILED']),
    },
  ])
})

test('sees it when a balance, its copy or a transfer is not what it should be', async () => {
  await load('tampered')
  const transfers = new Transfers({ ...SETTINGS, runId: 'tampered' })
  const [accountId = ''] = transfers.accountIds
  const { engines } = target
  if (engines === undefined) throw new Error('a pipeline has engines')
  const check = async () => brokenOf(await checkDatabase(engines, transfers, 0)).map(({ promise }) => promise)
  expect(await check()).toEqual([])

  const add = (change: string) =>
    pipeline.db.raw('UPDATE accounts SET balance = balance + ? WHERE account_id = ?', [change, accountId])
  await add('0.0001')
  expect(await check()).toEqual([
    'the balances of each currency sum to zero',
    'each balance is the sum of its entries, and each entry has a version of its own',
    'what the cache has is what the database has',
  ])
  await pipeline.redis.del(`balance:${accountId}`)
  const expected = new Map([[accountId, 0n]])
  const client = createServiceClient(target.url, target.token)
  const interrupted = new AbortController().signal
  const { wrong, sum } = await checkBalances({ client, expected, seconds: 1, interrupted })
  client.close()
  expect(wrong).toEqual([expect.stringMatching(new RegExp(`^${accountId} has -?[0-9.]+[1-9], not 0.00$`))])
  expect(sum).not.toBe(0n)
  await add('-0.0001')
  await pipeline.redis.del(`balance:${accountId}`)
  expect(await check()).toEqual([])

  // In a group that no worker is ever told to drain.
  await pipeline.db.raw(
    `UPDATE transactions SET status = 'PENDING', ordering_group = 999 WHERE transaction_id = 'load-tampered-0'`,
  )
  expect(await check()).toEqual(['none of the transfers is left PENDING in the database'])
  await pipeline.db.raw(
    `UPDATE transactions SET status = 'COMPLETED' WHERE transaction_id = 'load-tampered-0'`,
  )
})

test('names a flag that is wrong, with the usage', async () => {
  for (const flags of [
    ['--skew', 'odd'],
    ['--orders', '1001'],
    ['--accounts', '1'],
    ['--zipf', 'x'],
  ]) {
    const { code, stderr } = await runLoadgen('loadgen.ts', flags)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/: must be .*npm run loadgen/s)])
  }
})
