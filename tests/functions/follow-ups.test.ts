import { PubSub } from '@google-cloud/pubsub'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { allFinal, findBrokenBooks, openAccounts } from '../support/ledger.ts'
import { type Answer, closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline({ env: { SWEEP_AGE_SECONDS: '0' } })
})
afterAll(closePipelines)

let run = 0
let payer: string
let payee: string
beforeEach(async () => {
  run += 1
  payer = `payer-${run}`
  payee = `payee-${run}`
  await openAccounts(pipeline, [payer, payee], '100')
})

const post = (body: object): Promise<Answer> =>
  pipeline.call('ingest', 'POST', '/api/v1/transactions/process', body)
const sides = () => ({ sourceAccountId: payer, destinationAccountId: payee })
const id = (name: string) => `${name}-${run}`

/** Posts, and waits until it is decided. */
async function settle(body: { transactionId: string }): Promise<Record<string, unknown>> {
  const { status, body: answer } = await post(body)
  if (status !== 202) throw new Error(`${status} ${JSON.stringify(answer)}`)
  await allFinal(pipeline.db)
  return await read(body.transactionId)
}

async function read(transactionId: string): Promise<Record<string, unknown>> {
  // The cache learns of it after the database; a hold's copy lives two seconds.
  const [rows] = await pipeline.db.raw('SELECT status FROM transactions WHERE transaction_id = ?', [
    transactionId,
  ])
  await until(`${transactionId} is told`, async () => {
    const { body } = await pipeline.call('status', 'GET', `/api/v1/transactions/${transactionId}/status`)
    return body['status'] === rows[0].status
  })
  return (await pipeline.call('status', 'GET', `/api/v1/transactions/${transactionId}`)).body
}

/** Balance, held and available. */
async function funds(accountId: string): Promise<unknown[]> {
  const [rows] = await pipeline.db.raw(
    'SELECT CAST(balance AS DOUBLE) AS balance, CAST(held AS DOUBLE) AS held FROM accounts WHERE account_id = ?',
    [accountId],
  )
  const { balance, held } = rows[0]
  await until(`the balance of ${accountId} is told`, async () => {
    const { body } = await pipeline.call('status', 'GET', `/api/v1/accounts/${accountId}/balance`)
    return body['balance'] === balance && body['held'] === held && body['available'] === balance - held
  })
  return [balance, held]
}

const hold = (amount = '40', more: object = {}) =>
  settle({ ...{ type: 'hold', transactionId: id('hold'), amount }, ...sides(), ...more })
const followUp = (type: string, name: string, parent: string, amount?: string) => ({
  ...{ type, transactionId: id(name), parentTransactionId: id(parent) },
  ...(amount !== undefined && { amount }),
})

test('a hold reserves, and its capture of a part pays that and lets the rest go', async () => {
  expect(await hold()).toMatchObject({ type: 'hold', status: 'HELD', sourceBalanceAfter: 100 })
  expect(await funds(payer)).toEqual([100, 40])
  expect(await settle(followUp('capture', 'capture', 'hold', '30'))).toMatchObject({
    ...{ type: 'capture', status: 'COMPLETED', amount: 30, parentTransactionId: id('hold') },
    ...sides(),
  })
  expect([await funds(payer), await funds(payee)]).toEqual([
    [70, 0],
    [130, 0],
  ])
  expect(await read(id('hold'))).toMatchObject({ status: 'COMPLETED', amount: 40, capturedAmount: 30 })
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('a void lets a hold go, and a capture after it is refused', async () => {
  await hold()
  expect(await settle(followUp('void', 'void', 'hold'))).toMatchObject({ status: 'COMPLETED' })
  expect(await read(id('hold'))).toMatchObject({ status: 'VOIDED' })
  expect(await funds(payer)).toEqual([100, 0])
  expect(await settle(followUp('capture', 'late', 'hold'))).toMatchObject({
    status: 'FAILED',
    reason: 'hold_not_open',
  })
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('the past balance of an account is that of its last entry, which a hold for it or a void is not', async () => {
  await hold()
  await settle(followUp('void', 'void', 'hold'))
  const moveOpening = (hours: number) =>
    pipeline.db.raw(
      'UPDATE transactions SET finished_at = finished_at + INTERVAL ? HOUR WHERE transaction_id = ?',
      [hours, `opening:${payee}`],
    )
  // Long before, so that the void is all there is near its time.
  await moveOpening(-1)
  const finishedAt = String((await read(id('void')))['finishedAt'])
  const path = `/api/v1/accounts/${payee}/balance?at=${encodeURIComponent(finishedAt)}`
  expect(await pipeline.call('status', 'GET', path)).toMatchObject({
    status: 200,
    body: { balance: 100, version: 1 },
  })
  await moveOpening(1)
})

test('two clients that capture one hold at once: one wins', async () => {
  await hold()
  const captures = [followUp('capture', 'one', 'hold'), followUp('capture', 'other', 'hold')]
  const answers = await Promise.all(captures.map(post))
  expect(answers.map(({ status }) => status)).toEqual([202, 202])
  await allFinal(pipeline.db)
  const ends = await Promise.all(captures.map(({ transactionId }) => read(transactionId)))
  expect(ends.map(({ status }) => status).sort()).toEqual(['COMPLETED', 'FAILED'])
  expect(await funds(payee)).toEqual([140, 0])
})

test('a hold that expires is voided by the sweeper, once, and not before', async () => {
  await hold('40', { expiresAt: '2126-01-01T00:00:00Z' })
  expect((await pipeline.sweep()).body).toMatchObject({ expiredHolds: 0 })
  const expire = (at: string) =>
    pipeline.db.raw('UPDATE transactions SET expires_at = ? WHERE transaction_id = ?', [at, id('hold')])
  await expire('2026-01-01')
  const sweeps = [await pipeline.sweep(), await pipeline.sweep()]
  expect(sweeps.map(({ body }) => body['expiredHolds'])).toEqual([1, 0])
  await allFinal(pipeline.db)
  expect(await read(id('hold'))).toMatchObject({ status: 'VOIDED' })
  expect(await read(`expiry:${id('hold')}`)).toMatchObject({ type: 'void', status: 'COMPLETED' })
  expect(await funds(payer)).toEqual([100, 0])
  expect((await pipeline.sweep()).body).toMatchObject({ expiredHolds: 0 })
  await expire('2126-01-01')
})

test('a transfer is reversed in parts, and a second full reversal is refused', async () => {
  await settle({ transactionId: id('paid'), ...sides(), amount: '40' } as { transactionId: string })
  expect(await settle(followUp('reversal', 'part', 'paid', '10'))).toMatchObject({
    ...{ status: 'COMPLETED', sourceAccountId: payee, destinationAccountId: payer },
  })
  expect(await settle(followUp('reversal', 'whole', 'paid'))).toMatchObject({ reason: 'exceeds_parent' })
  expect(await settle(followUp('reversal', 'rest', 'paid', '30'))).toMatchObject({ status: 'COMPLETED' })
  expect(await settle(followUp('reversal', 'again', 'paid', '30'))).toMatchObject({
    reason: 'exceeds_parent',
  })
  expect([await funds(payer), await funds(payee)]).toEqual([
    [100, 0],
    [100, 0],
  ])
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('deposits and withdrawals move money from and to the world, and can be reversed', async () => {
  const money = { amount: '25', currency: 'USD' }
  const deposit = { type: 'deposit', transactionId: id('in'), destinationAccountId: payer, ...money }
  expect(await settle(deposit)).toMatchObject({ sourceAccountId: 'world:USD', status: 'COMPLETED' })
  const withdrawal = { type: 'withdrawal', transactionId: id('out'), sourceAccountId: payer, ...money }
  expect(await settle(withdrawal)).toMatchObject({ destinationAccountId: 'world:USD', status: 'COMPLETED' })
  expect(await settle(followUp('reversal', 'back', 'out'))).toMatchObject({ status: 'COMPLETED' })
  expect(await funds(payer)).toEqual([125, 0])
})

test('a follow-up sent again gives the same answer, and with another body is refused', async () => {
  await hold()
  const capture = followUp('capture', 'capture', 'hold')
  await settle(capture)
  expect(await post(capture)).toMatchObject({ status: 202, body: { status: 'COMPLETED' } })
  expect(await post({ ...capture, amount: '1' })).toMatchObject({
    status: 409,
    body: { code: 'transaction_id_reused' },
  })
  expect(await funds(payee)).toEqual([140, 0])
})

test.each<[string, () => object, number, string]>([
  ['of what was never accepted', () => followUp('void', 'x', 'nothing'), 404, 'transaction_not_found'],
  ['that captures what is no hold', () => followUp('capture', 'x', 'paid'), 422, 'parent_mismatch'],
  ['that reverses a hold', () => followUp('reversal', 'x', 'hold'), 422, 'parent_mismatch'],
  ['without a parent', () => ({ type: 'void', transactionId: id('x') }), 400, 'invalid_request'],
  [
    'with accounts of its own',
    () => ({ ...followUp('void', 'x', 'hold'), ...sides() }),
    400,
    'invalid_request',
  ],
])('a follow-up %s is refused, and nothing is stored', async (_, body, status, code) => {
  await settle({ transactionId: id('paid'), ...sides(), amount: '1' } as { transactionId: string })
  await hold()
  expect(await post(body())).toMatchObject({ status, body: { code } })
  const [rows] = await pipeline.db.raw('SELECT 1 FROM transactions WHERE transaction_id = ?', [id('x')])
  expect(rows).toEqual([])
})

test('an unknown type names the field', async () => {
  expect(await post({ type: 'gift', transactionId: id('x') })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'type' }] },
  })
})

test('one event may hold, capture and reverse; one that follows up nothing becomes a dead letter', async () => {
  const events = [
    { type: 'hold', transactionId: id('hold'), ...sides(), amount: 40 },
    followUp('capture', 'capture', 'hold'),
    followUp('reversal', 'reversal', 'capture'),
    followUp('void', 'orphan', 'nothing'),
  ]
  const client = new PubSub({ projectId: pipeline.projectId })
  await client.topic('transactions').publishMessage({ data: Buffer.from(JSON.stringify(events)) })
  await until('all have been taken', async () => {
    const [rows] = await pipeline.db.raw('SELECT 1 FROM dead_letters WHERE transaction_id = ?', [
      id('orphan'),
    ])
    return rows.length === 1
  })
  await client.close()
  await allFinal(pipeline.db)
  expect(await read(id('reversal'))).toMatchObject({ status: 'COMPLETED' })
  expect([await funds(payer), await funds(payee)]).toEqual([
    [100, 0],
    [100, 0],
  ])
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})
