import { PubSub } from '@google-cloud/pubsub'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { insertDeadLetters, type NewDeadLetter } from '../../lib/mysql/insert-dead-letters.ts'
import { allFinal, findBrokenBooks, openAccounts, readBalances } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
beforeAll(async () => {
  // PUBLISH_MILLISECONDS: with Pub/Sub away, two publishes run into it.
  const env = { ORDERING_GROUPS: '2', PUBLISH_MILLISECONDS: '1000', SWEEP_AGE_SECONDS: '0' }
  pipeline = await startPipeline({ impatient: true, env })
  await openAccounts(pipeline, ['payer', 'shop'], '100')
})
afterAll(closePipelines)

type Row = Record<string, unknown>
const LETTERS = '/api/v1/dead-letters'
const read = async (id: unknown) => (await pipeline.call('dead-letter', 'GET', `${LETTERS}/${id}`)).body
const replay = (id: unknown) => pipeline.call('dead-letter', 'POST', `${LETTERS}/${id}/replay`)
const discard = (id: unknown) =>
  pipeline.call('dead-letter', 'POST', `${LETTERS}/${id}/discard`, { reason: 'x' })

async function find(query: string): Promise<Row[]> {
  return (await pipeline.call('dead-letter', 'GET', `${LETTERS}?${query}`)).body['deadLetters'] as Row[]
}

/** The newest letter that a query finds, once it is there. */
async function arrived(query: string): Promise<Row> {
  await until(`a dead letter is there: ${query}`, async () => (await find(query)).length > 0)
  const [newest = {}] = await find(query)
  return newest
}

async function publish(event: object): Promise<void> {
  const client = new PubSub({ projectId: pipeline.projectId })
  await client.topic('transactions').publishMessage({ data: Buffer.from(JSON.stringify(event)) })
  await client.close()
}

async function post(transactionId: string, over: object = {}): Promise<void> {
  const sides = { sourceAccountId: 'payer', destinationAccountId: 'shop' }
  const request = { transactionId, ...sides, amount: '1', ...over }
  const { status } = await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', request)
  expect(status).toBe(202)
}

async function statusOf(transactionId: string): Promise<unknown> {
  return (await pipeline.call('status', 'GET', `/api/v1/transactions/${transactionId}/status`)).body['status']
}

const completed = (transactionId: string) =>
  until(`${transactionId} is completed`, async () => (await statusOf(transactionId)) === 'COMPLETED')

async function keep(messageId: string, over: Partial<NewDeadLetter>): Promise<number> {
  const event = { source: 'event', item: 0, transactionId: null, reason: 'invalid_request' } as const
  await insertDeadLetters(
    pipeline.db,
    [{ ...event, messageId, detail: 'x', payload: '{}', ...over }],
    new Date(),
  )
  const [rows] = await pipeline.db.raw('SELECT id FROM dead_letters WHERE message_id = ?', [messageId])
  return Number(rows[0].id)
}

let fences = 0

/** Replays are published under one key, so what was sent before this one came before it. */
async function everythingSentHasCome(): Promise<void> {
  fences += 1
  const transactionId = `fence-${fences}`
  const sides = { sourceAccountId: 'shop', destinationAccountId: 'payer' }
  const payload = JSON.stringify({ transactionId, ...sides, amount: 0.0001 })
  expect((await replay(await keep(transactionId, { payload }))).status).toBe(202)
  await completed(transactionId)
}

/** A bug that some amount meets, and its mending: what is written of such a transaction is refused. */
const breakAmount = (name: string, amount: number) =>
  pipeline.db.raw(
    `ALTER TABLE transactions ADD CONSTRAINT ${name} CHECK (status <> 'COMPLETED' OR amount <> ${amount})`,
  )
const mend = (table: string, name: string) => pipeline.db.raw(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`)

/** Posts what the bug meets, and answers its letter once it is given up. */
async function giveUp(transactionId: string, amount: number): Promise<Row> {
  await post(transactionId, { amount, metadata: { order: transactionId } })
  return await arrived(`transactionId=${transactionId}`)
}

test('replays an event whose parent has been accepted since, and it completes', async () => {
  await publish({ type: 'reversal', transactionId: 'early', parentTransactionId: 'order', amount: 0.5 })
  const letter = await arrived('reason=unknown_parent')
  expect(letter).toMatchObject({ transactionId: 'early', state: 'OPEN' })
  await post('order')
  const answer = await replay(letter['deadLetterId'])
  expect(answer).toMatchObject({ status: 202, body: { state: 'REPLAYED', resolution: { by: 'developer' } } })
  await completed('early')
  const again = await replay(letter['deadLetterId'])
  expect([again.status, again.body]).toEqual([202, answer.body])
  await everythingSentHasCome()
  expect(await find('transactionId=early')).toHaveLength(1)
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('keeps a new letter of an event that is refused again', async () => {
  await publish({ type: 'reversal', transactionId: 'orphan', parentTransactionId: 'never' })
  const { deadLetterId, messageId } = await arrived('transactionId=orphan')
  expect((await replay(deadLetterId)).status).toBe(202)
  const fresh = await arrived('transactionId=orphan&state=OPEN')
  expect(fresh).toMatchObject({ reason: 'unknown_parent', attempts: 1 })
  expect(fresh['messageId']).not.toBe(messageId)
  expect(await read(deadLetterId)).toMatchObject({ state: 'REPLAYED' })
})

test('a transaction given up on, mended and replayed ten times at once is applied once, and stays FAILED itself', async () => {
  await breakAmount('bug_13', 13)
  const { deadLetterId } = await giveUp('unlucky', 13)
  await mend('transactions', 'bug_13')
  const before = await readBalances(pipeline.db)
  const answers = await Promise.all(Array.from({ length: 10 }, () => replay(deadLetterId)))
  for (const { status, body } of answers) expect([status, body]).toEqual([202, answers[0]?.body])
  expect(answers[0]?.body).toMatchObject({
    state: 'REPLAYED',
    resolution: { by: 'developer', transactionId: 'replay:unlucky' },
  })
  await completed('replay:unlucky')
  const again = await pipeline.call('status', 'GET', '/api/v1/transactions/replay:unlucky')
  expect(again.body['metadata']).toEqual({ order: 'unlucky' })
  await allFinal(pipeline.db)
  const after = await readBalances(pipeline.db)
  expect(Number(after['shop']) - Number(before['shop'])).toBe(13)
  const { body } = await pipeline.call('status', 'GET', '/api/v1/transactions/unlucky')
  expect(body).toMatchObject({ status: 'FAILED', reason: 'dead_lettered' })
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('a replay that fails by itself again has a letter of its own, which can be replayed', async () => {
  await breakAmount('bug_14', 14)
  const { deadLetterId } = await giveUp('stubborn', 14)
  await replay(deadLetterId)
  const second = await arrived('transactionId=replay:stubborn')
  expect(second).toMatchObject({ state: 'OPEN', reason: 'dead_lettered' })
  await mend('transactions', 'bug_14')
  const { body } = await replay(second['deadLetterId'])
  expect(body['resolution']).toMatchObject({ transactionId: 'replay:replay:stubborn' })
  await completed('replay:replay:stubborn')
})

test('replays what was accepted: type, accounts, amount, currency, parent and times', async () => {
  const holding = { type: 'hold', amount: '15.0001', currency: 'USD', expiresAt: '2999-01-01T00:00:00Z' }
  await post('kept', { ...holding, timestamp: '2026-01-01T00:00:00Z' })
  await allFinal(pipeline.db)
  await breakAmount('bug_15', 15)
  await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', {
    ...{ type: 'capture', transactionId: 'take', parentTransactionId: 'kept', amount: 15 },
    timestamp: '2026-01-02T00:00:00Z',
  })
  const { deadLetterId } = await arrived('transactionId=take')
  await mend('transactions', 'bug_15')
  await replay(deadLetterId)
  await completed('replay:take')
  const columns = `type, source_account_id, destination_account_id, amount, currency, parent_transaction_id,
    occurred_at, expires_at, ordering_group`
  const [rows] = await pipeline.db.raw(
    `SELECT ${columns} FROM transactions WHERE transaction_id IN ('take', 'replay:take') ORDER BY seq`,
  )
  expect(rows[1]).toEqual(rows[0])
  expect(rows[1]).toMatchObject({ type: 'capture', parent_transaction_id: 'kept', amount: '15.0000' })
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('a discarded letter is not replayed, and a replayed one not discarded', async () => {
  const discarded = await keep('to-discard', {})
  await discard(discarded)
  expect(await replay(discarded)).toMatchObject({ status: 409, body: { code: 'dead_letter_resolved' } })
  const replayed = await keep('to-replay', {})
  await replay(replayed)
  expect(await discard(replayed)).toMatchObject({ status: 409, body: { code: 'dead_letter_resolved' } })
  expect([await read(discarded), await read(replayed)]).toMatchObject([
    { state: 'DISCARDED' },
    { state: 'REPLAYED' },
  ])
})

test('of a replay and a discard at once one wins, and what is discarded was not sent', async () => {
  const letters = await Promise.all(
    Array.from({ length: 10 }, (_, index) => {
      const transfer = { sourceAccountId: 'payer', destinationAccountId: 'shop', amount: 0.01 }
      const payload = JSON.stringify({ ...transfer, transactionId: `both-${index}` })
      return keep(`both-${index}`, { payload })
    }),
  )
  await Promise.all(
    letters.flatMap((id, index) => (index % 2 ? [replay(id), discard(id)] : [discard(id), replay(id)])),
  )
  await everythingSentHasCome()
  for (const [index, id] of letters.entries()) {
    const { state } = await read(id)
    if (state === 'REPLAYED') await completed(`both-${index}`)
    else expect(state).toBe('DISCARDED')
  }
  await allFinal(pipeline.db)
  const accepted = await Promise.all(letters.map((_, index) => statusOf(`both-${index}`)))
  const states = await Promise.all(letters.map(async id => (await read(id))['state']))
  expect(accepted.map(status => status === 'COMPLETED')).toEqual(states.map(state => state === 'REPLAYED'))
})

test.each<[string, Partial<NewDeadLetter>]>([
  ['no JSON', { reason: 'invalid_json', payload: 'this is no JSON' }],
  ['cut off', { payload: `"${'x'.repeat(200_000)}"` }],
  ['cut off, and JSON by chance', { payload: '7'.repeat(200_000) }],
  ['a list', { payload: '[{"transactionId":"in-a-list"}]' }],
  [
    'of a transaction that was not given up on',
    { source: 'transaction', reason: 'dead_lettered', transactionId: 'opening:shop' },
  ],
  [
    'of a transaction that there is not',
    { source: 'transaction', reason: 'dead_lettered', transactionId: 'nothing' },
  ],
])('refuses to replay a letter that is %s, and leaves it open', async (name, over) => {
  const id = await keep(`flawed ${name}`, over)
  const [[before]] = await pipeline.db.raw('SELECT COUNT(*) AS rows_ FROM transactions')
  expect(await replay(id)).toMatchObject({ status: 409, body: { code: 'dead_letter_not_replayable' } })
  expect(await read(id)).toMatchObject({ state: 'OPEN' })
  const [[after]] = await pipeline.db.raw('SELECT COUNT(*) AS rows_ FROM transactions')
  expect(after).toEqual(before)
})

test('takes no id from callers that a replay could have', async () => {
  const transfer = { sourceAccountId: 'payer', destinationAccountId: 'shop', amount: 1 }
  const request = { ...transfer, transactionId: 'replay:unlucky-2' }
  const { status, body } = await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', request)
  expect([status, (body['errors'] as Row[])[0]?.['field']]).toEqual([400, 'transactionId'])
})

test('sends nothing twice when it dies before it has marked the letter, and can be replayed again', async () => {
  const transfer = { transactionId: 'half-way', sourceAccountId: 'payer', destinationAccountId: 'shop' }
  const event = await keep('half-way', { payload: JSON.stringify({ ...transfer, amount: 2 }) })
  await breakAmount('bug_16', 16)
  const { deadLetterId: given } = await giveUp('half-done', 16)
  await mend('transactions', 'bug_16')
  await pipeline.db.raw(
    `ALTER TABLE dead_letters ADD CONSTRAINT dies CHECK (
       state <> 'REPLAYED' OR (message_id <> 'half-way' AND COALESCE(transaction_id, '') <> 'half-done'))`,
  )
  expect([(await replay(event)).status, (await replay(given)).status]).toEqual([500, 500])
  await completed('half-way')
  expect(await statusOf('replay:half-done')).toBe(404)
  await mend('dead_letters', 'dies')
  const before = await readBalances(pipeline.db)
  expect([(await replay(event)).status, (await replay(given)).status]).toEqual([202, 202])
  await completed('replay:half-done')
  await everythingSentHasCome()
  await allFinal(pipeline.db)
  const after = await readBalances(pipeline.db)
  // The event had come the first time; the fence takes its part.
  expect(Number(after['shop']) - Number(before['shop'])).toBeCloseTo(16 - 0.0001, 4)
})

test('without Pub/Sub an event stays open, and a transaction is left to the sweeper', async () => {
  const transfer = { transactionId: 'unsent', sourceAccountId: 'payer', destinationAccountId: 'shop' }
  const event = await keep('unsent', { payload: JSON.stringify({ ...transfer, amount: 1 }) })
  await breakAmount('bug_17', 17)
  const { deadLetterId: given } = await giveUp('unrung', 17)
  await mend('transactions', 'bug_17')
  await pipeline.stopPubsub()
  const refused = await replay(event)
  expect([refused.status, refused.body['code']]).toEqual([503, 'unavailable'])
  expect(await read(event)).toMatchObject({ state: 'OPEN' })
  expect((await replay(given)).status).toBe(202)
  expect(await statusOf('replay:unrung')).toBe('PENDING')
  await pipeline.startPubsub()
  // The client may take a moment to find Pub/Sub again, so a sweep may be in vain.
  await until('a sweep has rung for it', async () => {
    await pipeline.sweep()
    return (await statusOf('replay:unrung')) === 'COMPLETED'
  })
  await until('it can be published again', async () => (await replay(event)).status === 202)
  await completed('unsent')
})
