import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { insertDeadLetters } from '../../lib/mysql/insert-dead-letters.ts'
import { closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
beforeAll(async () => {
  // Deaf, so that each push is the test's own; one group, so that all of it is drained together.
  pipeline = await startPipeline({ deaf: true, env: { ORDERING_GROUPS: '1' } })
  await pipeline.db.raw(
    `INSERT INTO accounts (account_id, account_type, currency, balance, version, created_at, updated_at) VALUES
       ('ill', 'X', 'USD', 99, 0, NOW(6), NOW(6)), ('well', 'X', 'USD', 99, 0, NOW(6), NOW(6)),
       ('shop', 'X', 'USD', 0, 0, NOW(6), NOW(6))`,
  )
})
afterAll(closePipelines)

const LETTERS = '/api/v1/dead-letters'
const get = async (path: string) => (await pipeline.call('dead-letter', 'GET', `${LETTERS}${path}`)).body

async function insert(
  transactionId: string,
  source: string,
  { type = 'transfer', group = 0 } = {},
): Promise<void> {
  await pipeline.db.raw(
    `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
       accepted_at) VALUES (?, ?, ?, ?, 'shop', 1, UTC_TIMESTAMP(6))`,
    [transactionId, group, type, source],
  )
}

async function push(functionName: string, group = 0): Promise<number> {
  const [[{ last }]] = await pipeline.db.raw('SELECT MAX(seq) AS last FROM transactions')
  const data = Buffer.from(JSON.stringify({ group, lastSeq: Number(last) })).toString('base64')
  const authorization = `Bearer ${await pipeline.token(`settle-${functionName}`)}`
  const body = { message: { data, messageId: `m-${group}` } }
  return (await send('POST', pipeline.urls.get(functionName) ?? '', body, { authorization })).status
}

async function letterOf(transactionId: string): Promise<Record<string, unknown>> {
  const { deadLetters } = await get(`?transactionId=${transactionId}`)
  const [{ deadLetterId } = {}] = deadLetters as Record<string, unknown>[]
  return await get(`/${deadLetterId}`)
}

test('shows what is blocked, by which error, after how many attempts, and how many wait behind it', async () => {
  expect(await get('/blocked')).toEqual({ blocked: [] })
  await insert('before', 'ill')
  await insert('poison', 'ill', { type: 'gift' })
  for (const name of ['behind-1', 'behind-2', 'behind-3']) await insert(name, 'ill')
  await insert('apart', 'well')
  // Not tried yet, so nothing is known to be wrong with it.
  expect(await get('/blocked')).toEqual({ blocked: [] })
  expect(await push('worker')).toBe(503)
  const poison = {
    ...{ transactionId: 'poison', type: 'gift', sourceAccountId: 'ill', destinationAccountId: 'shop' },
    ...{ amount: 1, acceptedAt: expect.any(String), detail: expect.stringContaining('gift') },
  }
  expect(await get('/blocked')).toEqual({ blocked: [{ ...poison, attempts: 1, queuedBehind: 3 }] })
  await insert('behind-4', 'ill')
  await push('worker')
  expect(await get('/blocked')).toEqual({ blocked: [{ ...poison, attempts: 2, queuedBehind: 4 }] })
})

test('shows what is blocked in every group, the oldest first', async () => {
  await insert('other-poison', 'well', { type: 'gift', group: 7 })
  expect(await push('worker', 7)).toBe(503)
  const { blocked } = await get('/blocked')
  expect(blocked).toMatchObject([
    { transactionId: 'poison' },
    { transactionId: 'other-poison', queuedBehind: 0 },
  ])
})

test('leaves nothing queued behind what is given up, and tells of it as a dead letter instead', async () => {
  expect([await push('dead-letter'), await push('dead-letter', 7)]).toEqual([204, 204])
  expect(await get('/blocked')).toEqual({ blocked: [] })
  // Twice with the worker, and once more here.
  expect(await letterOf('poison')).toMatchObject({ attempts: 3, queuedBehind: 0, queuedTransactionIds: [] })
})

test('shows with a dead letter what its source sent later that is not decided, and nothing of others', async () => {
  for (let index = 0; index < 25; index += 1) await insert(`late-${index}`, 'ill')
  await insert('late-of-another', 'well')
  // One that it sent earlier is undecided too, so that what was decided since is among what is looked at.
  await pipeline.db.raw(`UPDATE transactions SET status = 'PENDING' WHERE transaction_id = 'before'`)
  const ids = Array.from({ length: 20 }, (_, index) => `late-${index}`)
  expect(await letterOf('poison')).toMatchObject({ queuedBehind: 25, queuedTransactionIds: ids })
  expect(await letterOf('other-poison')).toMatchObject({
    queuedBehind: 1,
    queuedTransactionIds: ['late-of-another'],
  })
})

test.each([
  // The number of groups has changed since: what ends a hold comes after it, in its group; nothing else need.
  ['void', 'hold-1', 7],
  ['transfer', null, 0],
])('replays a %s in the group where it belongs now', async (type, parent, group) => {
  await pipeline.db.raw(
    `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
       parent_transaction_id, accepted_at, status, reason, finished_at)
     VALUES (?, 7, ?, 'ill', 'shop', 1, ?, NOW(6), 'FAILED', 'dead_lettered', NOW(6))`,
    [`old-${type}`, type, parent],
  )
  const given = { source: 'transaction', reason: 'dead_lettered', transactionId: `old-${type}` } as const
  const rest = { messageId: `old-${type}`, item: 0, detail: 'x', payload: '{}' }
  await insertDeadLetters(pipeline.db, [{ ...given, ...rest }], new Date())
  const { deadLetterId } = await letterOf(`old-${type}`)
  await pipeline.call('dead-letter', 'POST', `${LETTERS}/${deadLetterId}/replay`)
  const [[row]] = await pipeline.db.raw(
    `SELECT ordering_group, status FROM transactions WHERE transaction_id = ?`,
    [`replay:old-${type}`],
  )
  expect(row).toEqual({ ordering_group: group, status: 'PENDING' })
})
