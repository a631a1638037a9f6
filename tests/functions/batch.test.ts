import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { allFinal, findBrokenBooks, openAccounts, readBalances } from '../support/ledger.ts'
import { type Answer, closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['payer', 'payee'], '10000')
})
afterAll(closePipelines)

let run = 0
beforeEach(() => {
  run += 1
})

const id = (name: string) => `${name}-${run}`
const transfer = (name: string, amount: string | number = 1) => ({
  transactionId: id(name),
  ...{ sourceAccountId: 'payer', destinationAccountId: 'payee', amount },
})
const post = (transactions: unknown, more: object = {}): Promise<Answer> =>
  pipeline.call('ingest', 'POST', '/api/v1/transactions/batch', { transactions, ...more })
const stored = async (...names: string[]): Promise<number> => {
  const [rows] = await pipeline.db.raw('SELECT 1 FROM transactions WHERE transaction_id IN (?)', [
    names.map(id) as never,
  ])
  return rows.length
}

test('each item of a batch is accepted, duplicate, in conflict or invalid by itself', async () => {
  await post([transfer('known')])
  const { status, body } = await post([
    transfer('new'),
    transfer('known'),
    transfer('known', 2),
    transfer('bad', 'much'),
    { type: 'void', transactionId: id('orphan'), parentTransactionId: id('nothing') },
    'rubbish',
    transfer('new'),
  ])
  expect(status).toBe(202)
  expect(body['results']).toMatchObject([
    { outcome: 'accepted', transactionId: id('new'), status: 'PENDING' },
    { outcome: 'duplicate', transactionId: id('known') },
    { outcome: 'conflict', code: 'transaction_id_reused' },
    { outcome: 'invalid', errors: [{ field: 'amount' }] },
    { outcome: 'conflict', code: 'transaction_not_found' },
    { outcome: 'invalid' },
    { outcome: 'duplicate', transactionId: id('new') },
  ])
  expect(await stored('new', 'known', 'bad', 'orphan')).toBe(2)
})

test('a thousand items are accepted at once, and applied once, sent twice', async () => {
  await allFinal(pipeline.db)
  const before = await readBalances(pipeline.db)
  const items = Array.from({ length: 1_000 }, (_, index) => transfer(`many-${index}`))
  const answers = await Promise.all([post(items), post(items)])
  expect(answers.map(({ status }) => status)).toEqual([202, 202])
  await allFinal(pipeline.db)
  const after = await readBalances(pipeline.db)
  expect(Number(before['payer']) - Number(after['payer'])).toBe(1_000)
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('an atomic batch is accepted whole, follow-ups of its own included, and again as duplicates', async () => {
  const items = [
    { ...transfer('hold', 5), type: 'hold' },
    { type: 'capture', transactionId: id('capture'), parentTransactionId: id('hold') },
    transfer('paid'),
  ]
  const first = await post(items, { atomic: true })
  expect(first).toMatchObject({ status: 202, body: { results: items.map(() => ({ outcome: 'accepted' })) } })
  await allFinal(pipeline.db)
  const again = await post(items, { atomic: true })
  expect(again).toMatchObject({
    status: 202,
    body: { results: items.map(() => ({ outcome: 'duplicate', status: 'COMPLETED' })) },
  })
})

test.each<[string, () => unknown, number, string, string]>([
  ['is invalid', () => transfer('bad', -1), 400, 'invalid_request', 'amount'],
  ['has the id of another', () => transfer('known', 9), 409, 'batch_refused', 'transactionId'],
  [
    'follows up nothing',
    () => ({ type: 'void', transactionId: id('bad'), parentTransactionId: 'nothing' }),
    ...([409, 'batch_refused', 'parentTransactionId'] as const),
  ],
])(
  'of an atomic batch with an item that %s nothing is stored, and the item is named',
  async (_, item, ...said) => {
    const [status, code, field] = said
    await post([transfer('known')])
    expect(await post([transfer('good'), item(), transfer('better')], { atomic: true })).toMatchObject({
      status,
      body: { code, errors: [{ field: `transactions[1].${field}` }] },
    })
    expect(await stored('good', 'better', 'bad')).toBe(0)
  },
)

test('of two atomic batches that share an id with different bodies, one is stored whole and the other not at all', async () => {
  const batches = [
    [transfer('first'), transfer('shared', 1)],
    [transfer('second'), transfer('shared', 2)],
  ]
  const answers = await Promise.all(batches.map(items => post(items, { atomic: true })))
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409])
  const won = answers[0]?.status === 202 ? 'first' : 'second'
  expect([await stored('first', 'second'), await stored(won, 'shared')]).toEqual([1, 2])
})

test.each<[string, unknown]>([
  ['no items', []],
  ['more than 1,000 items', Array.from({ length: 1_001 }, (_, index) => ({ transactionId: `x${index}` }))],
  ['what is no list', { transactionId: 'x' }],
])('a batch of %s is refused by name', async (_, transactions) => {
  expect(await post(transactions)).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', errors: [{ field: 'transactions' }] },
  })
})
