import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { drainStep } from '../../lib/drain/drain-step.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'
import { allFinal, findBrokenBooks, findOutOfOrder, openAccounts, readBalances } from '../support/ledger.ts'
import { closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'
import { pushBell } from '../support/push-bell.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
})
afterAll(closePipelines)

function transfer(transactionId: string, source: string, destination: string, amount: string): object {
  return { transactionId, sourceAccountId: source, destinationAccountId: destination, amount }
}

const PROCESS = '/api/v1/transactions/process'

async function post(request: object): Promise<void> {
  const { status, body } = await pipeline.call('ingest', 'POST', PROCESS, request)
  if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`)
}

const push = (doorbell: object) => pushBell(pipeline, doorbell)

async function statusOf(transactionId: string): Promise<unknown> {
  return (await pipeline.call('status', 'GET', `/api/v1/transactions/${transactionId}/status`)).body
}

async function readHistory(): Promise<unknown> {
  const [rows] = await pipeline.db.raw('SELECT * FROM transactions ORDER BY seq')
  return rows
}

test('ends balanced after 500 transfers each way between two accounts at once, without a deadlock', async () => {
  await openAccounts(pipeline, ['left', 'right'], '1000')
  await Promise.all(
    Array.from({ length: 500 }, (_, index) => [
      post(transfer(`right-${index}`, 'left', 'right', '1.5')),
      post(transfer(`left-${index}`, 'right', 'left', '1.5')),
    ]).flat(),
  )
  await allFinal(pipeline.db)
  // A deadlock would be tried again, and logged.
  expect(pipeline.logLines.filter(line => /deadlock/i.test(line))).toEqual([])
  expect(await readBalances(pipeline.db)).toMatchObject({ left: '1000.0000', right: '1000.0000' })
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('loses no update when workers drain groups that share accounts at once, and never deadlocks', async () => {
  const deaf = await startPipeline({ deaf: true })
  const open = (accountId: string) =>
    deaf.call('accounts', 'POST', '/api/v1/accounts', { accountId, currency: 'USD', openingBalance: '1000' })
  await Promise.all([open('left'), open('right')])
  const groups = Array.from({ length: 16 }, (_, group) => group)
  const drain = async (own: readonly number[]) => {
    const query = { groups: own, withoutSources: [], limit: 7 }
    // A deadlock would throw.
    for (let step = await drainStep(deaf.db, query, new Date()); step.records.length > 0; ) {
      step = await drainStep(deaf.db, query, new Date())
    }
  }
  await drain(groups)
  await Promise.all(
    Array.from({ length: 200 }, (_, index) => [
      deaf.call('ingest', 'POST', PROCESS, transfer(`r${index}`, 'left', 'right', '1.5')),
      deaf.call('ingest', 'POST', PROCESS, transfer(`l${index}`, 'right', 'left', '2.5')),
    ]).flat(),
  )
  const [left, right] = [orderingGroupOf('left', 16), orderingGroupOf('right', 16)]
  expect(left).not.toBe(right)
  await Promise.all([drain([left]), drain([right]), drain([left]), drain([right]), drain(groups)])
  expect(await readBalances(deaf.db)).toMatchObject({ left: '1200.0000', right: '800.0000' })
  expect(await findBrokenBooks(deaf.db)).toEqual([])
})

test('changes nothing for a redelivered, a doubled and a reordered push', async () => {
  await openAccounts(pipeline, ['from', 'to'], '10')
  await post(transfer('once-1', 'from', 'to', '1'))
  await post(transfer('once-2', 'from', 'to', '2'))
  await allFinal(pipeline.db)
  const [[{ group, seq }]] = await pipeline.db.raw(
    `SELECT ordering_group AS \`group\`, seq FROM transactions WHERE transaction_id = 'once-2'`,
  )
  const before = [await readBalances(pipeline.db), await readHistory()]
  const lastSeq = Number(seq)
  const pushes = [push({ group, lastSeq }), push({ group, lastSeq }), push({ group, lastSeq: lastSeq - 1 })]
  for (const answer of await Promise.all(pushes)) expect(answer.status).toBe(204)
  expect([await readBalances(pipeline.db), await readHistory()]).toEqual(before)
})

test('applies what one source sent in the order it was accepted', async () => {
  const sources = Array.from({ length: 8 }, (_, index) => `source-${index}`)
  await openAccounts(pipeline, [...sources, 'sink'], '100')
  await Promise.all(
    sources.map(async source => {
      // Each waits for its 202 before it sends the next: so acceptance has an order that callers know.
      for (let step = 0; step < 25; step += 1) await post(transfer(`${source}.${step}`, source, 'sink', '1'))
    }),
  )
  await allFinal(pipeline.db)
  expect(await findOutOfOrder(pipeline.db)).toEqual([])
  for (const source of sources) {
    const [rows] = await pipeline.db.raw(
      `SELECT transaction_id FROM transactions WHERE source_account_id = ? AND status = 'COMPLETED' ORDER BY source_version`,
      [source],
    )
    expect(rows.map((row: { transaction_id: string }) => row.transaction_id)).toEqual(
      Array.from({ length: 25 }, (_, step) => `${source}.${step}`),
    )
  }
})

test('fails what the source cannot pay, with its reason, and goes on with what it can', async () => {
  await openAccounts(pipeline, ['poor', 'shop'], '10')
  await post(transfer('dear', 'poor', 'shop', '10.0001'))
  await post(transfer('cheap', 'poor', 'shop', '10'))
  await allFinal(pipeline.db)
  expect(await statusOf('dear')).toMatchObject({ status: 'FAILED', reason: 'insufficient_funds' })
  expect(await statusOf('cheap')).toMatchObject({ status: 'COMPLETED' })
})

test.each([
  ['an unknown source', transfer('r1', 'nobody', 'shop', '1'), 'unknown_source'],
  ['an unknown destination', transfer('r2', 'shop', 'nobody', '1'), 'unknown_destination'],
  ['another currency', { ...transfer('r3', 'shop', 'poor', '1'), currency: 'EUR' }, 'currency_mismatch'],
  [
    'a balance past the largest there is',
    transfer('r4', 'world:USD', 'shop', '999999999999999.9999'),
    'balance_limit',
  ],
])('refuses %s', async (_name, request, reason) => {
  await post(request)
  await allFinal(pipeline.db)
  const { transactionId } = request as { transactionId: string }
  expect(await statusOf(transactionId)).toEqual({ transactionId, status: 'FAILED', reason })
})

test('never refuses a payment accepted right after the deposit that covers it, 1,000 times over', async () => {
  const payers = Array.from({ length: 1000 }, (_, index) => `payer-${index}`)
  for (let start = 0; start < payers.length; start += 100) {
    await openAccounts(pipeline, payers.slice(start, start + 100), '0')
  }
  await Promise.all(
    payers.map(async payer => {
      await post(transfer(`in-${payer}`, 'world:USD', payer, '5'))
      await post(transfer(`out-${payer}`, payer, 'shop', '5'))
    }),
  )
  await allFinal(pipeline.db)
  const [rows] = await pipeline.db.raw(
    `SELECT transaction_id, reason FROM transactions WHERE source_account_id LIKE 'payer-%' AND status <> 'COMPLETED'`,
  )
  expect(rows).toEqual([])
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
}, 120_000)

test.each([
  ['no doorbell', { hello: 1 }],
  ['a group that is no number', { group: 'x', lastSeq: 1 }],
  ['a group past the last', { group: 65_536, lastSeq: 1 }],
  ['a negative seq', { group: 1, lastSeq: -1 }],
])('refuses a push with %s', async (_name, doorbell) => {
  expect((await push(doorbell)).status).toBe(400)
})

test.each<[string, () => Promise<Record<string, string>>, number]>([
  ['no token', async () => ({}), 401],
  ['no bearer token', async () => ({ authorization: 'Basic abc' }), 401],
  ['rubbish for a token', async () => ({ authorization: 'Bearer a.b.c' }), 401],
  ['the audience of another function', async () => bearer(await pipeline.token('settle-ingest')), 401],
  [
    "somebody else's e-mail",
    async () => bearer(await pipeline.token('settle-worker', 'eve@example.com')),
    403,
  ],
])('refuses a push with %s', async (_name, headers, status) => {
  const envelope = { message: { data: '', messageId: '1' } }
  expect((await send('POST', pipeline.urls.get('worker') ?? '', envelope, await headers())).status).toBe(
    status,
  )
})

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}
