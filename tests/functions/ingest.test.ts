import { PubSub } from '@google-cloud/pubsub'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { allFinal, findBrokenBooks, openAccounts, readBalances } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['alice', 'bob'], '1000')
})
afterAll(closePipelines)

const PROCESS = '/api/v1/transactions/process'
const valid = { transactionId: 'x', sourceAccountId: 'alice', destinationAccountId: 'bob', amount: 1 }

async function countTransactions(): Promise<number> {
  const [rows] = await pipeline.db.raw('SELECT COUNT(*) AS rows_ FROM transactions')
  return Number(rows[0].rows_)
}

test('answers 202 with the contract once the transaction is durable', async () => {
  const request = { ...valid, transactionId: 'first', amount: 1000.5, timestamp: '2026-11-21T12:00:00+01:00' }
  const { status, body } = await pipeline.call('ingest', 'POST', PROCESS, request)
  expect({ status, body }).toEqual({
    status: 202,
    body: { message: 'Transaction accepted', transactionId: 'first', status: 'PENDING' },
  })
  const [[row]] = await pipeline.db.raw(
    `SELECT amount, occurred_at FROM transactions WHERE transaction_id = 'first'`,
  )
  expect(row).toEqual({ amount: '1000.5000', occurred_at: '2026-11-21 11:00:00.000000' })
})

test('applies the same transfer posted ten times at once a single time', async () => {
  await allFinal(pipeline.db)
  const before = await readBalances(pipeline.db)
  const request = { ...valid, transactionId: 'ten-times', amount: '2.5' }
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => pipeline.call('ingest', 'POST', PROCESS, request)),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202))
  await allFinal(pipeline.db)
  const after = await readBalances(pipeline.db)
  expect(Number(after['bob']) - Number(before['bob'])).toBe(2.5)
  const again = await pipeline.call('ingest', 'POST', PROCESS, request)
  expect(again).toMatchObject({ status: 202, body: { transactionId: 'ten-times', status: 'COMPLETED' } })
  expect(await readBalances(pipeline.db)).toEqual(after)
})

test.each([
  ['amount', { amount: '1.01' }],
  ['source', { sourceAccountId: 'carol' }],
  ['destination', { destinationAccountId: 'carol' }],
  ['timestamp', { timestamp: '2026-01-01T00:00:00Z' }],
])('refuses an id reused with another %s, and keeps the first', async (name, change) => {
  const request = { ...valid, transactionId: `reused-${name}`, amount: '1' }
  await pipeline.call('ingest', 'POST', PROCESS, request)
  const { status, body } = await pipeline.call('ingest', 'POST', PROCESS, { ...request, ...change })
  expect({ status, code: body['code'] }).toEqual({ status: 409, code: 'transaction_id_reused' })
})

test('refuses one of two bodies that race for an id', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      pipeline.call('ingest', 'POST', PROCESS, { ...valid, transactionId: 'raced', amount: (index % 2) + 1 }),
    ),
  )
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(5)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(5)
})

test.each<[string, string, number, string | undefined]>([
  ['malformed JSON', '{"transactionId":', 400, undefined],
  ['NaN, which is no JSON', JSON.stringify(valid).replace('"amount":1', '"amount":NaN'), 400, undefined],
  ['an array', '[]', 400, 'body'],
  ['null', 'null', 400, 'body'],
  ...(['transactionId', 'sourceAccountId', 'destinationAccountId', 'amount'] as const).map(
    field =>
      [`no ${field}`, JSON.stringify({ ...valid, [field]: undefined }), 400, field] as [
        string,
        string,
        number,
        string,
      ],
  ),
  ['an extra field', JSON.stringify({ ...valid, extra: 1 }), 400, 'extra'],
  ['a prototype key', '{"__proto__":{"amount":5},"transactionId":"p"}', 400, '__proto__'],
  ...[
    '0',
    '0.0',
    '-1',
    '1e3',
    '0.00001',
    '12345678901234567890',
    '"1e3"',
    '"NaN"',
    '"-5"',
    '""',
    'true',
    'null',
    '{}',
  ].map(
    amount =>
      [
        `amount ${amount}`,
        JSON.stringify(valid).replace('"amount":1', `"amount":${amount}`),
        400,
        'amount',
      ] as [string, string, number, string],
  ),
  [
    'the same account twice',
    JSON.stringify({ ...valid, destinationAccountId: 'alice' }),
    400,
    'destinationAccountId',
  ],
  ['an id of 0 characters', JSON.stringify({ ...valid, transactionId: '' }), 400, 'transactionId'],
  [
    'an id of 65 characters',
    JSON.stringify({ ...valid, transactionId: 'x'.repeat(65) }),
    400,
    'transactionId',
  ],
  [
    'an id with a control character',
    JSON.stringify({ ...valid, sourceAccountId: 'a\u0000b' }),
    400,
    'sourceAccountId',
  ],
  [
    'an id that is SQL',
    JSON.stringify({ ...valid, sourceAccountId: "'; DROP TABLE accounts; --" }),
    400,
    'sourceAccountId',
  ],
  ['an id of ours', JSON.stringify({ ...valid, transactionId: 'opening:alice' }), 400, 'transactionId'],
  ['a date that is none', JSON.stringify({ ...valid, timestamp: 'yesterday' }), 400, 'timestamp'],
  [
    'a date before DATETIME begins',
    JSON.stringify({ ...valid, timestamp: '0001-01-01T00:00:00Z' }),
    400,
    'timestamp',
  ],
  [
    'a date that is past the end of DATETIME in UTC',
    JSON.stringify({ ...valid, timestamp: '9999-12-31T23:59:59-01:00' }),
    400,
    'timestamp',
  ],
  ['a leap second', JSON.stringify({ ...valid, timestamp: '2016-12-31T23:59:60Z' }), 400, 'timestamp'],
  ['a currency in small letters', JSON.stringify({ ...valid, currency: 'usd' }), 400, 'currency'],
  ['5 MB', `{"transactionId":"${'x'.repeat(5_000_000)}"}`, 413, undefined],
])('refuses %s, names the field and stores nothing', async (_name, body, status, field) => {
  const before = await countTransactions()
  const answer = await pipeline.call('ingest', 'POST', PROCESS, body)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.body['message']).toEqual(expect.any(String))
  const errors = (answer.body['errors'] ?? []) as { field: string }[]
  if (field !== undefined) expect(errors.map(error => error.field)).toContain(field)
  expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*\.ts|node_modules/)
  expect(await countTransactions()).toBe(before)
})

test('takes an id of 64 characters', async () => {
  const request = { ...valid, transactionId: 'x'.repeat(64) }
  expect((await pipeline.call('ingest', 'POST', PROCESS, request)).status).toBe(202)
})

test('refuses a body that does not say it is JSON', async () => {
  const response = await fetch(`${pipeline.urls.get('ingest')}${PROCESS}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await pipeline.callerToken()}` },
    body: JSON.stringify(valid),
  })
  expect(response.status).toBe(415)
})

test('answers 405 with Allow for another method, and 404 for another path', async () => {
  const other = await pipeline.call('ingest', 'PUT', PROCESS, valid)
  expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST'])
  expect((await pipeline.call('ingest', 'GET', '/nowhere')).status).toBe(404)
})

async function publishEvent(data: string): Promise<void> {
  const client = new PubSub({ projectId: pipeline.projectId })
  await client.topic('transactions').publishMessage({ data: Buffer.from(data) })
  await client.close()
}

test('keeps an event that is too large, or nests too deep, as a dead letter', async () => {
  const depth = 20_000
  await publishEvent(`"${'x'.repeat(9_000_000)}"`)
  await publishEvent('['.repeat(depth) + ']'.repeat(depth))
  await publishEvent(`[${'['.repeat(3000)}${']'.repeat(3000)}]`)
  await publishEvent(JSON.stringify({ ...valid, transactionId: 'behind-the-large' }))
  await until('the event behind is final', async () => {
    const { body } = await pipeline.call('status', 'GET', '/api/v1/transactions/behind-the-large/status')
    return body['status'] === 'COMPLETED'
  })
  await until('the dead letters are kept', async () => {
    const [rows] = await pipeline.db.raw('SELECT 1 FROM dead_letters')
    return rows.length === 3
  })
  await pipeline.db.raw('DELETE FROM dead_letters')
})

test('keeps what is invalid in an event as a dead letter, with its reason, and applies the rest', async () => {
  await publishEvent('this is no JSON')
  await publishEvent(
    JSON.stringify([{ ...valid, transactionId: 'event-1' }, { ...valid, amount: 0.00001 }, 7]),
  )
  await publishEvent('[]')
  await publishEvent(JSON.stringify({ ...valid, transactionId: 'event-1', amount: 99 }))
  await publishEvent(JSON.stringify({ ...valid, transactionId: 'event-2' }))
  await until('the last event is final', async () => {
    const { body } = await pipeline.call('status', 'GET', '/api/v1/transactions/event-2/status')
    return body['status'] === 'COMPLETED'
  })
  await until('the dead letters are kept', async () => {
    const { body } = await pipeline.call('dead-letter', 'GET', '/api/v1/dead-letters')
    return (body['deadLetters'] as unknown[]).length === 5
  })
  const { body } = await pipeline.call('dead-letter', 'GET', '/api/v1/dead-letters')
  const letters = body['deadLetters'] as { reason: string; payload: string; detail: string }[]
  expect(letters.map(({ reason, payload }) => `${reason} ${payload}`).sort()).toEqual([
    'invalid_json this is no JSON',
    'invalid_request 7',
    'invalid_request []',
    expect.stringMatching(/^invalid_request .*"amount":0.00001/),
    expect.stringMatching(/^transaction_id_reused .*"amount":99/),
  ])
  expect(letters.find(({ payload }) => payload.includes('0.00001'))?.detail).toContain('amount')
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})
