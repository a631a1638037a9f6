import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { replayResults } from '../../functions/sweeper/replay-results.ts'
import type { HttpRequest } from '../../lib/http/message.ts'
import { createLogger } from '../../lib/log/logger.ts'
import type { Publisher } from '../../lib/pubsub/publisher.ts'
import { type Consumer, consumeResults, type ResultEvent } from '../support/consumer.ts'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { type Answer, closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { resultsText } from '../support/results-text.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
let consumer: Consumer
beforeAll(async () => {
  pipeline = await startPipeline({ env: { PUBLISH_MILLISECONDS: '2000' } })
  consumer = await consumeResults(pipeline)
  await openAccounts(pipeline, ['alice', 'bob'], '100')
})
afterAll(async () => {
  await consumer.close()
  await closePipelines()
})

/** Posts a transaction, and waits until it has been told. */
async function post(body: object): Promise<void> {
  const answer = await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', body)
  if (answer.status !== 202) throw new Error(JSON.stringify(answer))
  await allFinal(pipeline.db)
  await until('it is told', async () => {
    const [rows] = await pipeline.db.raw('SELECT 1 FROM outbox LIMIT 1')
    return rows.length === 0
  })
}

const pay = (transactionId: string, more: object = {}) =>
  post({ transactionId, sourceAccountId: 'alice', destinationAccountId: 'bob', amount: 1, ...more })

const [FROM, TO] = ['2001-01-01T00:00:00Z', '2900-01-01T00:00:00Z']

const replay = (from: string, to: string, of = pipeline, cursor?: unknown): Promise<Answer> =>
  of.call('sweeper', 'POST', '/api/v1/results/replay', {
    ...{ from, to },
    ...(cursor !== undefined && { cursor }),
  })

async function readWhenDecided(transactionId: string): Promise<string> {
  const [[row]] = await pipeline.db.raw('SELECT decided_at FROM transactions WHERE transaction_id = ?', [
    transactionId,
  ])
  return `${row.decided_at.replace(' ', 'T').slice(0, 23)}Z`
}

function byGroup(events: readonly ResultEvent[]): object {
  return Object.fromEntries([...Map.groupBy(events, ({ partitionkey }) => partitionkey)].sort())
}

test('tells everything again, each result as it was, in the order of each group', async () => {
  await pay('refused', { amount: 100_000, metadata: { vat: 1.1 } })
  await pay('captured', { type: 'hold', expiresAt: '2900-01-01T00:00:00Z' })
  await pay('voided', { type: 'hold' })
  await pay('between')
  await post({ type: 'void', transactionId: 'void', parentTransactionId: 'voided' })
  await post({ type: 'capture', transactionId: 'capture', parentTransactionId: 'captured', amount: '0.5' })
  await pay('open', { type: 'hold' })
  // Two openings, six of one state, and two holds of two.
  const before = await consumer.told(11)
  const again = await consumeResults(pipeline)
  expect(await replay(FROM, TO)).toMatchObject({ status: 200, body: { replayed: 11 } })
  expect(byGroup(await again.told(11))).toEqual(byGroup(before))
  // The first says where a chain ends, and the second, which begins and ends anywhere, does not.
  const chained = ({ messages }: Consumer) => messages.filter(({ attributes }) => attributes['chainhash'])
  expect([chained(consumer).length > 0, chained(again).length]).toEqual([true, 0])
  await again.close()
})

test('tells a hold once that ended in the step that held it, as it was told', async () => {
  const from = new Date().toISOString()
  // What the test before replayed came here as well.
  const known = (await consumer.told(22)).length
  const transactions = [
    {
      transactionId: 'short',
      type: 'hold',
      sourceAccountId: 'alice',
      destinationAccountId: 'bob',
      amount: 1,
    },
    { transactionId: 'shortly', type: 'capture', parentTransactionId: 'short' },
  ]
  await pipeline.call('ingest', 'POST', '/api/v1/transactions/batch', { transactions, atomic: true })
  await allFinal(pipeline.db)
  expect(await readWhenDecided('short')).toBe(await readWhenDecided('shortly'))
  const told = (await consumer.told(known + 2)).slice(known)
  const again = await consumeResults(pipeline)
  expect((await replay(from, TO)).body).toEqual({ replayed: 2 })
  expect((await again.told(2)).map(({ id }) => id)).toEqual(['short/COMPLETED', 'shortly/COMPLETED'])
  expect(again.events()).toEqual(told)
  await again.close()
})

test('tells of a time range what was decided in it alone: its beginning included, its end not', async () => {
  await pay('early')
  await pay('middle', { type: 'hold' })
  await post({ type: 'capture', transactionId: 'late', parentTransactionId: 'middle' })
  const [early = '', middle = '', late = ''] = await Promise.all(
    ['early', 'middle', 'late'].map(readWhenDecided),
  )
  expect(new Set([early, middle, late]).size).toBe(3)
  const again = await consumeResults(pipeline)
  const idsOf = async (from: string, to: string) => {
    const known = again.events().length
    const { body } = await replay(from, to)
    return (await again.told(known + Number(body['replayed']))).slice(known).map(({ id }) => id)
  }
  expect(await idsOf(early, middle)).toEqual(['early/COMPLETED'])
  // HELD then, though it has ended since.
  expect(await idsOf(middle, late)).toEqual(['middle/HELD'])
  const after = new Date(Date.parse(late) + 1).toISOString()
  expect(await idsOf(late, after)).toEqual(['middle/COMPLETED', 'late/COMPLETED'])
  expect(await idsOf(after, TO)).toEqual([])
  await again.close()
})

test.each<[string, object, string]>([
  ['nothing', {}, 'from'],
  ['a beginning that is no time', { from: 'monday', to: TO }, 'from'],
  ['a beginning that no clock has', { from: '2016-12-31T23:59:60Z', to: TO }, 'from'],
  ['an end that no clock has', { from: FROM, to: '2016-12-31T23:59:60Z' }, 'to'],
  ['an end before its beginning', { from: TO, to: FROM }, 'to'],
  ['an end that is its beginning', { from: FROM, to: FROM }, 'to'],
  ['a cursor of its own making', { from: FROM, to: TO, cursor: 'aGVsbG8' }, 'cursor'],
  ['the cursor of another list', { from: FROM, to: TO, cursor: 'aGlzdG9yeSA0Mg' }, 'cursor'],
  ['more than is known', { from: FROM, to: TO, group: 3 }, 'group'],
])('refuses to replay %s, and names the field', async (_name, body, field) => {
  const answer = await pipeline.call('sweeper', 'POST', '/api/v1/results/replay', body)
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  const errors = answer.body['errors'] as { field: string }[]
  expect(errors.map(error => error.field)).toContain(field)
})

test('answers 503 while Pub/Sub is away, and replays all of it when the same is sent again', async () => {
  await pipeline.stopPubsub()
  const answer = await replay(FROM, TO)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  await pipeline.startPubsub()
  const again = await consumeResults(pipeline)
  const { body } = await replay(FROM, TO)
  expect(await again.told(Number(body['replayed']))).toHaveLength(17)
  await again.close()
})

/** Transactions of three groups that were completed long ago, 700 of them decided at one moment. */
async function fill({ db }: Pipeline, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => {
    const at = `2026-01-01 00:00:${String(Math.floor(index / 700)).padStart(2, '0')}`
    return [`t${index}`, index % 3, 'transfer', 'a', 'b', 1, 'USD', 'COMPLETED', 0, 0, 1, 1, at, at, at]
  })
  for (let start = 0; start < count; start += 2000) {
    await db.raw(
      `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
         currency, status, source_balance_after, destination_balance_after, source_version, destination_version,
         accepted_at, decided_at, finished_at) VALUES ?`,
      [rows.slice(start, start + 2000) as never],
    )
  }
}

// From here on with a pipeline of their own: Google's client in this process talks to the Pub/Sub started last.
let long: Pipeline

test('replays a long range call by call, each result once and in order, whatever a page cuts apart', async () => {
  long = await startPipeline({ deaf: true })
  await fill(long, 12_345)
  const again = await consumeResults(long)
  const first = await replay(FROM, TO, long)
  expect(first.body).toEqual({ replayed: 10_000, nextCursor: expect.any(String) })
  const second = await replay(FROM, TO, long, first.body['nextCursor'])
  expect(second.body).toEqual({ replayed: 2345 })
  const events = await again.told(12_345)
  expect(new Set(events.map(({ id }) => id)).size).toBe(12_345)
  for (const group of Map.groupBy(events, ({ partitionkey }) => partitionkey).values()) {
    const numbers = group.map(({ subject }) => Number(String(subject).slice(1)))
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  }
  await again.close()
})

/** Calls for a replay as the sweeper does, with another publisher, and seconds that pass at each look at the clock. */
async function replayWith(publish: Publisher['publish'], seconds: number, cursor?: string) {
  const log = createLogger('sweeper', 'warn', { write: () => undefined })
  const publisher = { publish, close: async () => undefined }
  let looks = 0
  const parts = {
    ...{ db: long.db, publisher, resultsTopic: 'transaction-results', log },
    retrySeconds: 1,
    now: () => new Date(Date.UTC(2026, 0, 1) + ++looks * seconds * 1000),
  } as unknown as Parameters<typeof replayResults>[0]
  const body = Buffer.from(JSON.stringify({ from: FROM, to: TO, ...(cursor && { cursor }) }))
  const headers = { 'content-type': 'application/json' }
  return await replayResults(parts, { headers, body } as HttpRequest)
}

test('loses nothing of a call that is cut short by a fault: it says how far it came, and goes on from there', async () => {
  const told = new Set<string>()
  let left = 8
  const publish: Publisher['publish'] = async (_topic, message) => {
    left -= 1
    if (left < 0) throw new Error('Pub/Sub is away')
    for (const { id } of JSON.parse(resultsText(message)) as ResultEvent[]) told.add(id)
  }
  // Three groups a page, so the third page fails in its last group.
  const cut = (await replayWith(publish, 0)) as { body: { replayed: number; nextCursor: string } }
  expect(cut).toMatchObject({ status: 200, body: { replayed: 2000 } })
  await expect(replayWith(publish, 0, cut.body.nextCursor)).rejects.toThrow('Pub/Sub is away')
  left = 1000
  const rest = await replayWith(publish, 0, cut.body.nextCursor)
  expect(rest).toMatchObject({ status: 200, body: { replayed: 10_000 } })
  expect(told.size).toBe(12_000)
})

test('ends a call that takes long after the page it is at', async () => {
  const answer = await replayWith(async () => undefined, 7)
  expect(answer.body).toEqual({ replayed: 2000, nextCursor: expect.any(String) })
})
