import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { allFinal } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  for (const userId of ['gopal', 'asha', 'nobody-yet']) {
    await pipeline.call('accounts', 'POST', '/api/v1/users', { userId, name: userId })
  }
})
afterAll(closePipelines)

async function open(accountId: string, over: object = {}): Promise<void> {
  const request = { accountId, userId: 'gopal', currency: 'USD', ...over }
  expect((await pipeline.call('accounts', 'POST', '/api/v1/accounts', request)).status).toBe(201)
  await allFinal(pipeline.db)
}

async function pay(transactionId: string, from: string, to: string): Promise<void> {
  const transfer = { transactionId, sourceAccountId: from, destinationAccountId: to, amount: 1 }
  expect((await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', transfer)).status).toBe(202)
  await allFinal(pipeline.db)
}

const balance = (userId: string) => pipeline.call('status', 'GET', `/api/v1/users/${userId}/balance`)
const history = (userId: string, query = '') =>
  pipeline.call('accounts', 'GET', `/api/v1/users/${userId}/history${query}`)

type Row = Record<string, unknown>

async function ids(userId: string, query = ''): Promise<unknown[]> {
  const { status, body } = await history(userId, query)
  expect(status).toBe(200)
  return (body['transactions'] as Row[]).map(row => row['transactionId'])
}

test('says what a user has: nothing yet, one currency, several', async () => {
  expect(await balance('gopal')).toMatchObject({
    status: 200,
    body: { userId: 'gopal', message: 'User gopal has no accounts.', balances: [] },
  })
  await open('checking', { openingBalance: '499.9' })
  await open('savings', { openingBalance: '0.1', overdraftLimit: 20 })
  await open('closed')
  await open('closed-yen', { currency: 'JPY' })
  for (const id of ['closed', 'closed-yen'])
    await pipeline.call('accounts', 'DELETE', `/api/v1/accounts/${id}`)
  expect((await balance('gopal')).body).toEqual({
    userId: 'gopal',
    message: 'User gopal has a balance of $500.00',
    balances: [{ currency: 'USD', balance: 500, held: 0, available: 520 }],
  })
  await open('euros', { currency: 'EUR', openingBalance: '0.0001' })
  await open('yen', { currency: 'JPY', openingBalance: 1200 })
  const { message } = (await balance('gopal')).body
  expect(message).toBe('User gopal has balances of €0.0001, ¥1,200, and $500.00')
})

test('adds up to the last digit what no number holds', async () => {
  await open('vast-1', { userId: 'asha', openingBalance: '123456789012345.6789' })
  await open('vast-2', { userId: 'asha', openingBalance: '800000000000000.3209' })
  const { text } = await pipeline.call('status', 'GET', '/api/v1/users/asha/balance')
  expect(text).toContain('"balance":923456789012345.9998,')
  expect(text).toContain('User asha has a balance of $923,456,789,012,345.9998"')
  await open('vast-limit', { userId: 'asha', overdraftLimit: '999999999999999.9999' })
  const sum = await pipeline.call('status', 'GET', '/api/v1/users/asha/balance')
  expect(sum.text).toContain('"available":1923456789012345.9997}')
})

test('lists ten transactions of a user a page, newest first, one between own accounts once', async () => {
  for (let round = 0; round < 9; round += 1) await pay(`own-${round}`, 'checking', 'savings')
  await pay('to-asha', 'checking', 'vast-2')
  const first = await ids('gopal')
  expect(first).toEqual(['to-asha', ...Array.from({ length: 9 }, (_, index) => `own-${8 - index}`)])
  expect(await ids('gopal', '?page=1')).toEqual(first)
  expect(await ids('gopal', '?page=2')).toEqual([
    ...['opening:yen', 'opening:euros', 'opening:savings', 'opening:checking'],
  ])
  expect(await ids('gopal', '?page=3')).toEqual([])
  expect(await ids('gopal', '?page=100')).toEqual([])
})

test("shows a user the balances of own accounts, and nobody else's", async () => {
  const [sent, own] = (await history('gopal')).body['transactions'] as Row[]
  expect(own).toMatchObject({ sourceBalanceAfter: 490.9, destinationBalanceAfter: 9.1 })
  expect(sent).toMatchObject({ sourceBalanceAfter: 489.9, sourceVersion: 11 })
  expect(sent).not.toHaveProperty('destinationBalanceAfter')
  expect(sent).not.toHaveProperty('destinationVersion')
})

test('finds the newest of more accounts than one statement asks for', async () => {
  await Promise.all(
    Array.from({ length: 60 }, (_, index) => {
      const account = { accountId: `many-${index}`, userId: 'nobody-yet', currency: 'USD', openingBalance: 1 }
      return pipeline.call('accounts', 'POST', '/api/v1/accounts', account)
    }),
  )
  await allFinal(pipeline.db)
  const [rows] = await pipeline.db.raw(
    `SELECT transaction_id FROM transactions WHERE destination_account_id LIKE 'many-%' ORDER BY seq DESC`,
  )
  const expected = rows.map((row: { transaction_id: string }) => row.transaction_id)
  expect(await ids('nobody-yet')).toEqual(expected.slice(0, 10))
  expect(await ids('nobody-yet', '?page=6')).toEqual(expected.slice(50))
})

test.each(['stranger', '%F0%9F%92%A9'])(
  'knows no balance and no history of %s, who is no user',
  async userId => {
    expect(await balance(userId)).toMatchObject({ status: 404, body: { code: 'user_not_found' } })
    expect(await ids(userId)).toEqual([])
  },
)

test.each([
  ['page=0', 'page', 'must be a whole number from 1 to 100'],
  ['page=101', 'page', 'must be a whole number from 1 to 100'],
  ['page=1.0', 'page', 'must be a whole number from 1 to 100'],
  ['limit=5', 'limit', 'is not known here'],
])('refuses a history with ?%s and names the parameter', async (query, field, message) => {
  const { status, body } = await history('gopal', `?${query}`)
  expect([status, body['errors']]).toEqual([400, [{ field, message }]])
})
