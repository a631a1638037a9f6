import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { allFinal, findBrokenBooks, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
})
afterAll(closePipelines)

const ACCOUNTS = '/api/v1/accounts'
const post = (body: unknown) => pipeline.call('accounts', 'POST', ACCOUNTS, body)

test('opens an account, and its opening balance comes from the world account', async () => {
  await pipeline.call('accounts', 'POST', '/api/v1/users', { userId: 'u1', name: 'Alice' })
  const { status, body } = await post({
    accountId: 'alice',
    userId: 'u1',
    currency: 'USD',
    openingBalance: 12.5,
  })
  expect(status).toBe(201)
  expect(body).toMatchObject({
    accountId: 'alice',
    userId: 'u1',
    currency: 'USD',
    status: 'ACTIVE',
  })
  await allFinal(pipeline.db)
  const account = await pipeline.call('accounts', 'GET', `${ACCOUNTS}/alice`)
  expect(account).toMatchObject({ status: 200, body: { balance: 12.5, available: 12.5, version: 1 } })
  const world = await pipeline.call('accounts', 'GET', `${ACCOUNTS}/world:USD`)
  expect(world.body).toMatchObject({ overdraftLimit: null, available: null, accountType: 'SYSTEM' })
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('makes an id where none is given', async () => {
  const { status, body } = await post({ currency: 'EUR' })
  expect(status).toBe(201)
  expect(body['accountId']).toMatch(/^[0-9a-f-]{36}$/)
})

test('opens once for the same request, however often and at once it comes', async () => {
  const request = { accountId: 'x'.repeat(64), currency: 'USD', openingBalance: '5' }
  const answers = await Promise.all(Array.from({ length: 5 }, () => post(request)))
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
  await allFinal(pipeline.db)
  const account = await pipeline.call('accounts', 'GET', `${ACCOUNTS}/${request.accountId}`)
  expect(account.body['balance']).toBe(5)
})

test.each([
  ['currency', { currency: 'EUR' }],
  ['opening balance', { openingBalance: 6 }],
  ['overdraft limit', { overdraftLimit: 1 }],
  ['user', { userId: 'someone' }],
  ['type', { accountType: 'SAVINGS' }],
])('refuses an id that belongs to an account with another %s', async (name, change) => {
  const request = { accountId: `taken-${name.replace(' ', '-')}`, currency: 'USD', openingBalance: '5' }
  await post(request)
  const { status, body } = await post({ ...request, ...change })
  expect([status, body['code']]).toEqual([409, 'account_exists'])
})

test.each<[string, unknown, string]>([
  ['no currency', {}, 'currency'],
  ['a currency of two letters', { currency: 'US' }, 'currency'],
  ['a currency that is none', { currency: 'XXQ' }, 'currency'],
  ['a currency of the past', { currency: 'DEM' }, 'currency'],
  ['a negative opening balance', { currency: 'USD', openingBalance: -1 }, 'openingBalance'],
  ['an overdraft limit with five decimals', { currency: 'USD', overdraftLimit: 0.00001 }, 'overdraftLimit'],
  ['the id of a system account', { currency: 'USD', accountId: 'world:USD' }, 'accountId'],
  ['an unknown field', { currency: 'USD', balance: 5 }, 'balance'],
])('refuses %s and names the field', async (_name, request, field) => {
  const { status, body } = await post(request)
  expect(status).toBe(400)
  expect((body['errors'] as { field: string }[]).map(error => error.field)).toContain(field)
})

test("closes an empty account with the contract's message, which stays readable and takes no money", async () => {
  await openAccounts(pipeline, ['empty', 'payer'], '0')
  const closing = await pipeline.call('accounts', 'DELETE', `${ACCOUNTS}/empty`)
  expect(closing).toMatchObject({ status: 200, body: { message: 'Account deleted successfully.' } })
  expect((await pipeline.call('accounts', 'DELETE', `${ACCOUNTS}/empty`)).status).toBe(200)
  expect((await pipeline.call('accounts', 'GET', `${ACCOUNTS}/empty`)).body['status']).toBe('CLOSED')
  const request = {
    transactionId: 'late',
    sourceAccountId: 'payer',
    destinationAccountId: 'empty',
    amount: 1,
  }
  await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', request)
  await allFinal(pipeline.db)
  const { body } = await pipeline.call('status', 'GET', '/api/v1/transactions/late/status')
  expect(body).toEqual({ transactionId: 'late', status: 'FAILED', reason: 'account_closed' })
})

test('does not close an account that holds money', async () => {
  await openAccounts(pipeline, ['rich'], '0.0001')
  const { status, body } = await pipeline.call('accounts', 'DELETE', `${ACCOUNTS}/rich`)
  expect([status, body['code']]).toEqual([409, 'account_not_empty'])
})

test('does not close an account that money is on its way to', async () => {
  await openAccounts(pipeline, ['expecting'])
  // Held where it is: the row is locked, so no worker can apply it before we have looked.
  const hold = await pipeline.db.transaction()
  await hold.raw(`SELECT * FROM accounts WHERE account_id = 'world:USD' FOR UPDATE`)
  const request = {
    transactionId: 'on-its-way',
    sourceAccountId: 'world:USD',
    destinationAccountId: 'expecting',
    amount: 1,
  }
  await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', request)
  const { status, body } = await pipeline.call('accounts', 'DELETE', `${ACCOUNTS}/expecting`)
  await hold.rollback()
  expect([status, body['code']]).toEqual([409, 'account_not_empty'])
})

test('knows what it does not know', async () => {
  expect((await pipeline.call('accounts', 'GET', `${ACCOUNTS}/nobody`)).status).toBe(404)
  expect((await pipeline.call('accounts', 'DELETE', `${ACCOUNTS}/nobody`)).status).toBe(404)
  expect((await pipeline.call('accounts', 'DELETE', `${ACCOUNTS}/world:USD`)).status).toBe(403)
})
