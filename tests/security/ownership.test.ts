import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { rowCounter } from '../support/fuzz/count-rows.ts'
import { allFinal, readBalances } from '../support/ledger.ts'
import { type Answer, closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'

const SCOPE = 'transactions:write accounts:write read ops'

let pipeline: Pipeline
let countRows: () => Promise<string>
const tokens: Record<string, string> = {}
beforeAll(async () => {
  pipeline = await startPipeline()
  countRows = await rowCounter(pipeline.db, ['outbox'])
  for (const sub of ['shop', 'bank', 'ana']) tokens[sub] = await pipeline.callerToken({ sub, scope: SCOPE })
  for (const [caller, userId] of [
    ['shop', 'ana'],
    ['bank', 'ben'],
  ] as const) {
    await as(caller, 'accounts', 'POST /api/v1/users', { userId, name: userId })
    const account = { accountId: `${caller}-account`, userId, currency: 'USD', openingBalance: '100' }
    const { status } = await as(caller, 'accounts', 'POST /api/v1/accounts', account)
    if (status !== 201) throw new Error(`${caller}: ${status}`)
  }
  await allFinal(pipeline.db)
})
afterAll(closePipelines)

function as(caller: string, name: string, target: string, body?: unknown, more = {}): Promise<Answer> {
  const [method = '', path = ''] = target.split(' ')
  const authorization = `Bearer ${tokens[caller]}`
  return send(method, `${pipeline.urls.get(name)}${path}`, body, { authorization, ...more })
}

const pay = (caller: string, body: object) => as(caller, 'ingest', 'POST /api/v1/transactions/process', body)
const newId = () => `paid-${randomUUID()}`

test.each([
  ['accounts', 'GET /api/v1/accounts/ID', 'account_not_found'],
  ['accounts', 'DELETE /api/v1/accounts/ID', 'account_not_found'],
  ['accounts', 'GET /api/v1/accounts/ID/transactions', 'account_not_found'],
  ['status', 'GET /api/v1/accounts/ID/balance', 'account_not_found'],
  ['status', 'GET /api/v1/accounts/ID/balance?at=2026-01-01T00:00:00Z', 'account_not_found'],
])("%s answers %s of somebody else's account as of none", async (name, target, code) => {
  const [theirs, none] = [
    await as('shop', name, target.replace('ID', 'bank-account')),
    await as('shop', name, target.replace('ID', 'nobodys')),
  ]
  expect([theirs.status, theirs.body['code']]).toEqual([404, code])
  expect(theirs.body['message']).toBe(String(none.body['message']).replace('nobodys', 'bank-account'))
  if (target.startsWith('GET')) {
    expect((await as('shop', name, target.replace('ID', 'shop-account'))).status).toBe(200)
  }
})

test("neither freezes somebody else's account nor lends to it", async () => {
  const change = { status: 'FROZEN', overdraftLimit: '5' }
  const { status } = await as('shop', 'accounts', 'PATCH /api/v1/accounts/bank-account', change)
  expect(status).toBe(404)
  const { body } = await pipeline.call('accounts', 'GET', '/api/v1/accounts/bank-account')
  expect(body).toMatchObject({ status: 'ACTIVE', overdraftLimit: 0 })
  const limit = { overdraftLimit: '0' }
  expect((await as('shop', 'accounts', 'PATCH /api/v1/accounts/shop-account', limit)).status).toBe(200)
})

test("lists no user and no account that is somebody else's, and tells no history", async () => {
  const users = await as('shop', 'accounts', 'GET /api/v1/users')
  expect(users.body).toEqual({ users: [expect.objectContaining({ userId: 'ana' })] })
  const accounts = await as('shop', 'accounts', 'GET /api/v1/accounts?userId=ben')
  expect(accounts.body).toEqual({ accounts: [] })
  expect((await as('shop', 'accounts', 'GET /api/v1/users/ben')).status).toBe(404)
  expect((await as('shop', 'status', 'GET /api/v1/users/ben/balance')).status).toBe(404)
  const history = await as('shop', 'accounts', 'GET /api/v1/users/ben/history')
  expect(history.body['transactions']).toEqual([])
  expect((await as('shop', 'status', 'GET /api/v1/users/ana/balance')).body['message']).toContain('$100.00')
})

test('opens no account without a user, or for a user of somebody else', async () => {
  const before = await countRows()
  const open = (body: object) => as('shop', 'accounts', 'POST /api/v1/accounts', { currency: 'USD', ...body })
  expect((await open({})).body['code']).toBe('forbidden')
  expect((await open({ userId: 'ben' })).body['code']).toBe('user_not_found')
  const again = await as('shop', 'accounts', 'POST /api/v1/users', { userId: 'ben', name: 'ben' })
  expect(again.body['code']).toBe('user_exists')
  expect(await countRows()).toBe(before)
})

test.each([
  ['a transfer', { sourceAccountId: 'bank-account', destinationAccountId: 'shop-account', amount: '1' }],
  ['a withdrawal', { type: 'withdrawal', sourceAccountId: 'bank-account', currency: 'USD', amount: '1' }],
  [
    'a hold',
    { type: 'hold', sourceAccountId: 'bank-account', destinationAccountId: 'shop-account', amount: '1' },
  ],
  ['a deposit', { type: 'deposit', destinationAccountId: 'bank-account', currency: 'USD', amount: '1' }],
  [
    'a transfer from nowhere',
    { sourceAccountId: 'nobodys', destinationAccountId: 'shop-account', amount: '1' },
  ],
])("takes %s that is not the caller's to send from nobody, alone or in a batch", async (_name, body) => {
  const before = await countRows()
  const request = { transactionId: newId(), ...body }
  expect(await pay('shop', request)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  const batch = { transactions: [request] }
  const each = await as('shop', 'ingest', 'POST /api/v1/transactions/batch', batch)
  expect(each.body).toMatchObject({ results: [{ outcome: 'forbidden', code: 'forbidden' }] })
  const all = await as('shop', 'ingest', 'POST /api/v1/transactions/batch', { ...batch, atomic: true })
  expect(all).toMatchObject({ status: 409, body: { code: 'batch_refused' } })
  expect(await countRows()).toBe(before)
})

test('pays somebody else, and shows each side its own balance alone', async () => {
  const transactionId = newId()
  const sides = { sourceAccountId: 'shop-account', destinationAccountId: 'bank-account' }
  const prefer = { prefer: 'wait=20' }
  const target = 'POST /api/v1/transactions/process'
  const paid = await as('shop', 'ingest', target, { transactionId, ...sides, amount: '10' }, prefer)
  expect(paid).toMatchObject({ status: 200, body: { status: 'COMPLETED', sourceBalanceAfter: 90 } })
  expect(paid.body).not.toHaveProperty('destinationBalanceAfter')
  const path = `GET /api/v1/transactions/${transactionId}`
  const received = await as('bank', 'status', path)
  expect(received.body).toMatchObject({ destinationBalanceAfter: 110, destinationVersion: 2 })
  expect(Object.keys(received.body)).not.toEqual(expect.arrayContaining(['sourceBalanceAfter']))
  expect(received.body).not.toHaveProperty('sourceVersion')
  const everybody = await pipeline.call('status', 'GET', `/api/v1/transactions/${transactionId}`)
  expect(everybody.body).toMatchObject({ sourceBalanceAfter: 90, destinationBalanceAfter: 110 })
})

test('tells nothing of a transaction between others, not even that there is one', async () => {
  const transactionId = newId()
  await as('bank', 'accounts', 'POST /api/v1/accounts', {
    accountId: 'bank-2',
    userId: 'ben',
    currency: 'USD',
  })
  const sides = { sourceAccountId: 'bank-account', destinationAccountId: 'bank-2' }
  await pay('bank', { transactionId, ...sides, amount: '1' })
  await allFinal(pipeline.db)
  for (const path of [transactionId, `${transactionId}/status`]) {
    expect((await as('shop', 'status', `GET /api/v1/transactions/${path}`)).status).toBe(404)
    expect((await as('bank', 'status', `GET /api/v1/transactions/${path}`)).status).toBe(200)
  }
  const follow = { type: 'reversal', transactionId: newId(), parentTransactionId: transactionId }
  expect((await pay('shop', follow)).body['code']).toBe('transaction_not_found')
})

test('lets the payee capture a hold, and only the payee reverse what it was paid', async () => {
  const [hold, capture] = [newId(), newId()]
  const sides = { sourceAccountId: 'shop-account', destinationAccountId: 'bank-account' }
  await pay('shop', { type: 'hold', transactionId: hold, ...sides, amount: '5' })
  const captured = await pay('bank', { type: 'capture', transactionId: capture, parentTransactionId: hold })
  expect(captured.status).toBe(202)
  await allFinal(pipeline.db)
  const reversal = () => ({ type: 'reversal', transactionId: newId(), parentTransactionId: capture })
  expect((await pay('shop', reversal())).body['code']).toBe('forbidden')
  expect((await pay('bank', reversal())).status).toBe(202)
  await allFinal(pipeline.db)
  expect(await readBalances(pipeline.db)).toMatchObject({ 'shop-account': '90.0000' })
})

test('adds money to no user of somebody else, and makes no account for it', async () => {
  const before = await countRows()
  const money = { amount: '5', currency: 'USD' }
  expect((await as('shop', 'ingest', 'POST /api/v1/users/ben/add', money)).status).toBe(404)
  expect(await countRows()).toBe(before)
  expect((await as('bank', 'ingest', 'POST /api/v1/users/ben/add', money)).status).toBe(202)
})

test('takes the user that a token names for its own, whoever has created it', async () => {
  expect((await as('ana', 'status', 'GET /api/v1/accounts/shop-account/balance')).status).toBe(200)
  expect((await as('ana', 'status', 'GET /api/v1/accounts/bank-account/balance')).status).toBe(404)
  expect((await as('ana', 'accounts', 'GET /api/v1/users')).body).toMatchObject({
    users: [{ userId: 'ana' }],
  })
})

test.each(['shop ', 'Shop', 'shop\u0000', "shop' OR '1'='1", '%', 'ana ', 'Ana', ''])(
  'takes a caller named %j for nobody else',
  async sub => {
    tokens['other'] = await pipeline.callerToken({ sub: sub === '' ? 'ana\t' : sub, scope: SCOPE })
    expect((await as('other', 'status', 'GET /api/v1/accounts/shop-account/balance')).status).toBe(404)
    expect((await as('other', 'accounts', 'GET /api/v1/users')).body).toEqual({ users: [] })
  },
)

test('gives the owner of a new account its due, although it was asked for before there was one', async () => {
  const path = 'GET /api/v1/accounts/later/balance'
  expect((await as('shop', 'status', path)).status).toBe(404)
  const account = { accountId: 'later', userId: 'ana', currency: 'USD' }
  expect((await as('shop', 'accounts', 'POST /api/v1/accounts', account)).status).toBe(201)
  expect((await as('shop', 'status', path)).status).toBe(200)
})
