import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['alice', 'bob'], '100')
  await pay('rent', { amount: 30.25 })
  await pay('car', { amount: 5000 })
  await pay('back', { amount: '0.0001', sourceAccountId: 'bob', destinationAccountId: 'alice' })
})
afterAll(closePipelines)

type Row = Record<string, unknown>

async function pay(transactionId: string, over: object = {}): Promise<void> {
  const transfer = {
    transactionId,
    sourceAccountId: 'alice',
    destinationAccountId: 'bob',
    amount: 1,
    ...over,
  }
  expect((await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', transfer)).status).toBe(202)
  await allFinal(pipeline.db)
}

const history = (accountId: string, query = '') =>
  pipeline.call('accounts', 'GET', `/api/v1/accounts/${accountId}/transactions${query}`)

async function ids(accountId: string, query = ''): Promise<unknown[]> {
  const { body } = await history(accountId, query)
  return (body['transactions'] as Row[]).map(row => row['transactionId'])
}

test('shows the newest first, each with its direction and the balance of this account after it', async () => {
  const { status, body } = await history('alice')
  const rows = (body['transactions'] as Row[]).map(row => [
    row['transactionId'],
    row['direction'],
    row['balanceAfter'],
  ])
  expect(status).toBe(200)
  expect(rows).toEqual([
    ['back', 'IN', 69.7501],
    ['car', 'OUT', undefined],
    ['rent', 'OUT', 69.75],
    ['opening:alice', 'IN', 100],
  ])
  expect(body).not.toHaveProperty('nextCursor')
})

test("does not show an account the other side's balance", async () => {
  const { body } = await history('bob', '?limit=2')
  const text = JSON.stringify(body)
  expect(text).toContain('"balanceAfter":130.2499')
  expect(text).not.toMatch(/sourceBalanceAfter|destinationBalanceAfter|Version/)
})

test('says what failed and why', async () => {
  const { body } = await history('alice', '?status=FAILED')
  expect(body['transactions']).toMatchObject([{ transactionId: 'car', reason: 'insufficient_funds' }])
})

test.each([
  ['?status=COMPLETED', ['back', 'rent', 'opening:alice']],
  ['?status=COMPLETED&type=transfer', ['back', 'rent']],
  ['?type=deposit', ['opening:alice']],
  ['?status=PENDING', []],
  ['?to=2020-01-01T00:00:00Z', []],
  ['?from=2020-01-01T00:00:00%2B02:00&limit=1', ['back']],
  ['?from=9998-01-01T00:00:00Z', []],
])('answers %s with what fits, and no more', async (query, expected) => {
  expect(await ids('alice', query)).toEqual(expected)
})

test('takes the first moment of a time range in, and leaves the last out', async () => {
  const { body } = await history('alice', '?limit=2')
  const [, car] = body['transactions'] as Row[]
  const [rent] = (await history('alice', '?status=COMPLETED')).body['transactions'] as Row[]
  const range = `?from=${car?.['acceptedAt']}&to=${rent?.['acceptedAt']}`
  expect(await ids('alice', range)).toEqual(['car'])
})

test('lists each transaction once, page by page, while others arrive', async () => {
  await openAccounts(pipeline, ['paged', 'peer'], '100')
  for (let round = 0; round < 12; round += 1) {
    const side = round % 2 === 0 ? ['paged', 'peer'] : ['peer', 'paged']
    await pay(`old-${round}`, { sourceAccountId: side[0], destinationAccountId: side[1] })
  }
  const expected = await ids('paged')
  expect(expected).toHaveLength(13)
  const seen: unknown[] = []
  let cursor = ''
  for (let page = 0; page < 5; page += 1) {
    const { body } = await history('paged', `?limit=3${cursor}`)
    seen.push(...(body['transactions'] as Row[]).map(row => row['transactionId']))
    expect('nextCursor' in body).toBe(page < 4)
    cursor = `&cursor=${body['nextCursor']}`
    await pay(`new-${page}`, { sourceAccountId: 'peer', destinationAccountId: 'paged' })
  }
  expect(seen).toEqual(expected)
})

test.each([
  ['limit=0', 'limit', 'must be a whole number from 1 to 100'],
  ['limit=101', 'limit', 'must be a whole number from 1 to 100'],
  ['limit=1e1', 'limit', 'must be a whole number from 1 to 100'],
  ['limit=', 'limit', 'must be a whole number from 1 to 100'],
  ['limit=1&limit=2', 'limit', 'must be given once'],
  ['cursor=x', 'cursor', 'must be the nextCursor of the page before'],
  ['cursor=YWNjb3VudHMgNA', 'cursor', 'must be the nextCursor of the page before'],
  [
    'from=yesterday',
    'from',
    'must be a date and time with an offset (RFC 3339), such as 2026-11-21T12:00:00Z',
  ],
  ['to=2026-06-30T23:59:60Z', 'to', 'must be a date from the year 1001 to 9998 that exists'],
  ['from=0001-01-01T00:00:00Z', 'from', 'must be a date from the year 1001 to 9998 that exists'],
  ['from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z', 'to', 'must be later than from'],
  ['status=DONE', 'status', 'must be PENDING, HELD, COMPLETED, FAILED or VOIDED'],
  ['type=gift', 'type', 'must be one of transfer, deposit, withdrawal, hold, capture, void, reversal'],
  ['stauts=FAILED', 'stauts', 'is not known here'],
  ['__proto__=1', '__proto__', 'is not known here'],
])('refuses ?%s and names the parameter', async (query, field, message) => {
  const { status, body } = await history('alice', `?${query}`)
  expect([status, body['code'], body['errors']]).toEqual([400, 'invalid_request', [{ field, message }]])
})

test.each(['nobody', '%F0%9F%92%A9'])('answers 404 for %s, which is no account', async accountId => {
  const { status, body } = await history(accountId)
  expect([status, body['code']]).toEqual([404, 'account_not_found'])
})
