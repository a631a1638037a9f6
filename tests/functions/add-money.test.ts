import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { allFinal, findBrokenBooks } from '../support/ledger.ts'
import { closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await pipeline.call('accounts', 'POST', '/api/v1/users', { userId: 'gopal', name: 'Gopal Rao' })
})
afterAll(closePipelines)

const add = (userId: string, body: object, headers: Record<string, string> = {}) =>
  send('POST', `${pipeline.urls.get('ingest')}/api/v1/users/${userId}/add`, body, headers)

async function sentence(userId: string): Promise<unknown> {
  await allFinal(pipeline.db)
  return (await pipeline.call('status', 'GET', `/api/v1/users/${userId}/balance`)).body['message']
}

test('a user who was given 500 dollars has a balance of $500.00', async () => {
  const added = await add('gopal', { amount: 500, currency: 'USD' })
  expect(added).toMatchObject({ status: 202, body: { status: 'PENDING' } })
  expect(await sentence('gopal')).toBe('User gopal has a balance of $500.00')
  const waited = await add('gopal', { amount: '0.50', currency: 'USD' }, { prefer: 'wait=20' })
  expect(waited).toMatchObject({
    status: 200,
    body: { type: 'deposit', destinationAccountId: 'user:gopal:USD' },
  })
  expect(await sentence('gopal')).toBe('User gopal has a balance of $500.50')
})

test('a first use by many at once makes one account, and counts each deposit', async () => {
  await pipeline.call('accounts', 'POST', '/api/v1/users', { userId: 'many', name: 'Many' })
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => add('many', { amount: 1, currency: 'EUR' })),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202))
  expect(await sentence('many')).toBe('User many has a balance of €10.00')
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('an idempotency key is one deposit of its user, and no other body', async () => {
  await pipeline.call('accounts', 'POST', '/api/v1/users', { userId: 'keyed', name: 'Keyed' })
  const key = { 'idempotency-key': 'pay-1' }
  const answers = [
    await add('keyed', { amount: 5, currency: 'USD' }, key),
    await add('keyed', { amount: 5, currency: 'USD' }, key),
  ]
  expect(answers.map(({ status }) => status)).toEqual([202, 202])
  expect(answers[0]?.body['transactionId']).toBe(answers[1]?.body['transactionId'])
  expect((await add('keyed', { amount: 6, currency: 'USD' }, key)).body['code']).toBe('transaction_id_reused')
  const other = await add('gopal', { amount: 5, currency: 'USD' }, key)
  expect(other.body['transactionId']).not.toBe(answers[0]?.body['transactionId'])
  expect(await sentence('keyed')).toBe('User keyed has a balance of $5.00')
})

test('a user whose id leaves no room has an account all the same', async () => {
  const userId = 'x'.repeat(64)
  await pipeline.call('accounts', 'POST', '/api/v1/users', { userId, name: 'Long' })
  expect((await add(userId, { amount: 1, currency: 'USD' })).status).toBe(202)
  expect(await sentence(userId)).toBe(`User ${userId} has a balance of $1.00`)
})

test.each<[string, string, object, Record<string, string>, number, string]>([
  ['an unknown user', 'nobody', { amount: 1, currency: 'USD' }, {}, 404, 'user_not_found'],
  ['an id that can be none', '%F0%9F%92%A9', { amount: 1, currency: 'USD' }, {}, 404, 'user_not_found'],
  ['nothing', 'gopal', { amount: 0, currency: 'USD' }, {}, 400, 'invalid_request'],
  ['less than nothing', 'gopal', { amount: -1, currency: 'USD' }, {}, 400, 'invalid_request'],
  ['no currency', 'gopal', { amount: 1 }, {}, 400, 'invalid_request'],
  ['a currency that there is not', 'gopal', { amount: 1, currency: 'ZZZ' }, {}, 400, 'invalid_request'],
  [
    ...(['a key with a space', 'gopal', { amount: 1, currency: 'USD' }] as const),
    ...([{ 'idempotency-key': 'a b' }, 400, 'invalid_request'] as const),
  ],
])('refuses to add for %s, and stores nothing', async (_, userId, body, headers, status, code) => {
  const count = async () => {
    const [[row]] = await pipeline.db.raw(
      'SELECT (SELECT COUNT(*) FROM accounts) AS accounts, (SELECT COUNT(*) FROM transactions) AS transactions',
    )
    return row
  }
  const before = await count()
  expect(await add(userId, body, headers)).toMatchObject({ status, body: { code } })
  expect(await count()).toEqual(before)
})

test('nobody else opens an account under the name of a default account', async () => {
  const { body } = await pipeline.call('accounts', 'POST', '/api/v1/accounts', {
    accountId: 'user:gopal:EUR',
    currency: 'EUR',
  })
  expect(body['errors']).toMatchObject([{ field: 'accountId' }])
})
