import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { allFinal, findBrokenBooks, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['payer', 'payee'], '1000')
})
afterAll(closePipelines)

const account = (method: string, accountId: string, body?: unknown) =>
  pipeline.call('accounts', method, `/api/v1/accounts/${accountId}`, body)

async function pay(transactionId: string, from: string, to: string, amount: string): Promise<void> {
  const transfer = { transactionId, sourceAccountId: from, destinationAccountId: to, amount }
  expect((await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', transfer)).status).toBe(202)
}

async function statusOf(transactionId: string): Promise<unknown> {
  const { body } = await pipeline.call('status', 'GET', `/api/v1/transactions/${transactionId}/status`)
  return body['reason'] ?? body['status']
}

test('takes no money from or to a frozen account, and does again once it is unfrozen', async () => {
  await openAccounts(pipeline, ['frozen'], '10')
  expect((await account('PATCH', 'frozen', { status: 'FROZEN' })).body).toMatchObject({ status: 'FROZEN' })
  await pay('out-of-frozen', 'frozen', 'payee', '1')
  await pay('into-frozen', 'payer', 'frozen', '1')
  await allFinal(pipeline.db)
  expect(await statusOf('out-of-frozen')).toBe('account_frozen')
  expect(await statusOf('into-frozen')).toBe('account_frozen')
  expect((await account('PATCH', 'frozen', { status: 'ACTIVE' })).body).toMatchObject({ status: 'ACTIVE' })
  await pay('thawed', 'frozen', 'payee', '10')
  await allFinal(pipeline.db)
  expect(await statusOf('thawed')).toBe('COMPLETED')
})

test('lets an account spend up to its new overdraft limit, and shows what is available at once', async () => {
  await openAccounts(pipeline, ['spender'], '5')
  await until('the cache has it', async () => (await pipeline.redis.exists('balance:spender')) === 1)
  const { body } = await account('PATCH', 'spender', { overdraftLimit: '20.5' })
  expect(body).toMatchObject({ balance: 5, available: 25.5, overdraftLimit: 20.5, version: 2 })
  const copy = await pipeline.redis.get('balance:spender')
  expect(copy).toContain('2|')
  expect((await pipeline.call('status', 'GET', '/api/v1/accounts/spender/balance')).body).toMatchObject({
    available: 25.5,
    version: 2,
  })
  await pay('to-the-limit', 'spender', 'payee', '25.5')
  await pay('past-the-limit', 'spender', 'payee', '0.0001')
  await allFinal(pipeline.db)
  expect([await statusOf('to-the-limit'), await statusOf('past-the-limit')]).toEqual([
    'COMPLETED',
    'insufficient_funds',
  ])
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('refuses a limit that the balance has passed, to the last digit, and changes nothing', async () => {
  await openAccounts(pipeline, ['below'])
  await account('PATCH', 'below', { overdraftLimit: 10 })
  await pay('sink', 'below', 'payee', '7.5')
  await allFinal(pipeline.db)
  const before = (await account('GET', 'below')).body
  const refused = await account('PATCH', 'below', { overdraftLimit: '7.4999', status: 'FROZEN' })
  expect([refused.status, refused.body['code']]).toEqual([409, 'overdraft_in_use'])
  expect((await account('GET', 'below')).body).toEqual(before)
  expect((await account('PATCH', 'below', { overdraftLimit: '7.5' })).status).toBe(200)
})

test('refuses a limit that what is held has passed', async () => {
  await openAccounts(pipeline, ['holder', 'held-for'])
  await account('PATCH', 'holder', { overdraftLimit: 10 })
  const hold = {
    type: 'hold',
    transactionId: 'hold',
    sourceAccountId: 'holder',
    destinationAccountId: 'held-for',
  }
  await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', { ...hold, amount: 4 })
  await allFinal(pipeline.db)
  expect((await account('PATCH', 'holder', { overdraftLimit: 3 })).body['code']).toBe('overdraft_in_use')
  expect((await account('DELETE', 'holder')).body['code']).toBe('account_not_empty')
})

test('changes nothing when the same request comes again', async () => {
  await openAccounts(pipeline, ['again'])
  const change = { status: 'FROZEN', overdraftLimit: 3 }
  const first = await account('PATCH', 'again', change)
  const second = await account('PATCH', 'again', change)
  expect(second).toMatchObject({ status: 200, body: first.body })
})

test('gives each of two changes at once a version of its own, and loses neither', async () => {
  await openAccounts(pipeline, ['twice'])
  const lock = await pipeline.db.transaction()
  await lock.raw(`SELECT 1 FROM accounts WHERE account_id = 'twice' FOR UPDATE`)
  const both = [{ status: 'FROZEN' }, { overdraftLimit: 9 }].map(change => account('PATCH', 'twice', change))
  await until('both wait for the account', async () => {
    const [rows] = await pipeline.db.raw(
      `SELECT 1 FROM information_schema.processlist
        WHERE db = DATABASE() AND info LIKE '%accounts%FOR UPDATE' AND id <> CONNECTION_ID()`,
    )
    return rows.length === 2
  })
  await lock.rollback()
  const versions = (await Promise.all(both)).map(({ body }) => body['version'])
  expect(versions.sort()).toEqual([1, 2])
  const { body } = await account('GET', 'twice')
  expect(body).toMatchObject({ status: 'FROZEN', overdraftLimit: 9, version: 2 })
})

test('freezes between two transfers while they are drained: each counts whole or not at all', async () => {
  await openAccounts(pipeline, ['drained'], '100')
  const ids = Array.from({ length: 40 }, (_, index) => `drip-${index}`)
  const [first = '', ...rest] = ids
  await pay(first, 'drained', 'payee', '1')
  const paying = Promise.all(rest.map(id => pay(id, 'drained', 'payee', '1')))
  const frozen = await account('PATCH', 'drained', { status: 'FROZEN' })
  await paying
  await pay('after-freezing', 'drained', 'payee', '1')
  await allFinal(pipeline.db)
  const results = await Promise.all(ids.map(statusOf))
  const paid = results.filter(result => result === 'COMPLETED').length
  expect(results.filter(result => result === 'account_frozen')).toHaveLength(40 - paid)
  expect(await statusOf('after-freezing')).toBe('account_frozen')
  // What the answer said is what stands: nothing was taken after it.
  expect((await account('GET', 'drained')).body).toEqual(frozen.body)
  expect(frozen.body['balance']).toBe(100 - paid)
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

async function after<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  await new Promise(resolve => setTimeout(resolve, Math.max(0, milliseconds)))
  return await work()
}

test('closes while a transfer arrives: it is refused one or the other, never lost', async () => {
  const outcomes = new Set<number>()
  for (let round = 0; round < 20; round += 1) {
    const accountId = `closing-${round}`
    await openAccounts(pipeline, [accountId])
    // The transfer comes first at the beginning, and the request to close at the end.
    const [closing] = await Promise.all([
      after(3 * (10 - round), () => account('DELETE', accountId)),
      after(3 * (round - 10), () => pay(`arriving-${round}`, 'payer', accountId, '1')),
    ])
    await allFinal(pipeline.db)
    const { body } = await account('GET', accountId)
    const expected = closing.status === 200 ? ['account_closed', 'CLOSED', 0] : ['COMPLETED', 'ACTIVE', 1]
    expect([await statusOf(`arriving-${round}`), body['status'], body['balance']]).toEqual(expected)
    outcomes.add(closing.status)
  }
  expect(outcomes).toEqual(new Set([200, 409]))
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test('changes no closed account, which stays readable', async () => {
  await openAccounts(pipeline, ['gone'])
  await account('DELETE', 'gone')
  for (const change of [{ status: 'ACTIVE' }, { status: 'FROZEN' }, { overdraftLimit: 1 }]) {
    const { status, body } = await account('PATCH', 'gone', change)
    expect([status, body['code']]).toEqual([409, 'account_closed'])
  }
  expect((await account('GET', 'gone')).body).toMatchObject({ status: 'CLOSED', overdraftLimit: 0 })
})

test('tells the cache of a new limit later, if the cache was away', async () => {
  await openAccounts(pipeline, ['untold'], '1')
  await until('the outbox is empty', async () => (await outboxSize()) === 0)
  // A key of another kind: the copy cannot be written over it.
  await pipeline.redis.del('balance:untold')
  await pipeline.redis.lpush('balance:untold', 'x')
  expect((await account('PATCH', 'untold', { overdraftLimit: 2 })).status).toBe(200)
  expect(await outboxSize()).toBe(1)
  await pipeline.redis.del('balance:untold')
  await pipeline.db.raw('UPDATE outbox SET created_at = created_at - INTERVAL 1 MINUTE')
  await pipeline.sweep()
  expect(await pipeline.redis.get('balance:untold')).toContain('"available":3.00')
  expect(await outboxSize()).toBe(0)
})

async function outboxSize(): Promise<number> {
  const [rows] = await pipeline.db.raw('SELECT COUNT(*) AS size FROM outbox')
  return Number(rows[0].size)
}

test.each<[string, unknown, string]>([
  ['nothing', {}, 'body'],
  ['another status', { status: 'CLOSED' }, 'status'],
  ['a negative limit', { overdraftLimit: -1 }, 'overdraftLimit'],
  ['no limit', { overdraftLimit: null }, 'overdraftLimit'],
  ['a balance', { balance: 5 }, 'balance'],
])('refuses to change an account to %s, and names the field', async (_name, change, field) => {
  const { status, body } = await account('PATCH', 'payer', change)
  expect([status, body['code']]).toEqual([400, 'invalid_request'])
  expect((body['errors'] as { field: string }[]).map(error => error.field)).toEqual([field])
})

test('changes nothing that is not there or is the system’s', async () => {
  const change = { overdraftLimit: 1 }
  expect((await account('PATCH', 'nobody', change)).body['code']).toBe('account_not_found')
  expect((await account('PATCH', '%F0%9F%92%A9', change)).body['code']).toBe('account_not_found')
  expect((await account('PATCH', 'world:USD', change)).body['code']).toBe('forbidden')
  expect((await account('GET', 'world:USD')).body['overdraftLimit']).toBeNull()
})
