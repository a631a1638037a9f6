import { PubSub } from '@google-cloud/pubsub'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Acceptor } from '../../functions/ingest/acceptor.ts'
import { parseTransaction } from '../../functions/ingest/parse-transaction.ts'
import { createOwnership } from '../../lib/auth/ownership.ts'
import { drainStep } from '../../lib/drain/drain-step.ts'
import { parseJson } from '../../lib/http/json.ts'
import { createLogger } from '../../lib/log/logger.ts'
import { up } from '../../lib/mysql/migrations/20261123_metadata.ts'
import { Bells } from '../../lib/pubsub/bells.ts'
import { keepTelemetry } from '../../lib/telemetry/open-telemetry.ts'
import { createDatabase } from '../support/database.ts'
import { allFinal, findBrokenBooks, openAccounts } from '../support/ledger.ts'
import { type Answer, closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['alice', 'bob'], '1000')
  await pipeline.call('accounts', 'POST', '/api/v1/users', { userId: 'gopal', name: 'Gopal' })
})
afterAll(closePipelines)

const PROCESS = '/api/v1/transactions/process'
const BATCH = '/api/v1/transactions/batch'

/** Numbers that a double, or a database's own JSON, would write otherwise; keys that are dangerous to assign. */
const EXACT =
  '{"vat":1.10,"big":12345678901234567890,"small":1E-7,"zero":-0.0,"amount":5.00,"version":2.0,"list":[0.10,{"n":1e2}],' +
  '"__proto__":{"admin":true},"constructor":{"prototype":1.0},"metadata":{"a":1.50},"text":"\\u0000 \\ud800 \\"💩é","none":null}'

const request = (transactionId: string, metadata: string, more = '') =>
  `{"transactionId":"${transactionId}","sourceAccountId":"alice","destinationAccountId":"bob","amount":1,"metadata":${metadata}${more}}`

const post = (body: string): Promise<Answer> => pipeline.call('ingest', 'POST', PROCESS, body)

/** An answer as it is written, since its numbers are more than a double can hold. */
async function readText(name: string, path: string): Promise<string> {
  return (await pipeline.call(name, 'GET', path)).text
}

async function countTransactions(): Promise<number> {
  const [rows] = await pipeline.db.raw('SELECT COUNT(*) AS rows_ FROM transactions')
  return Number(rows[0].rows_)
}

test('answers metadata as it was sent, digit for digit, from the cache and from the database', async () => {
  const read = () => readText('status', '/api/v1/transactions/exact')
  const sent = `"metadata":${EXACT}`
  expect((await post(request('exact', EXACT))).status).toBe(202)
  await allFinal(pipeline.db)
  await until('the result is copied', async () => {
    return ((await pipeline.redis.get('transaction:exact')) ?? '').includes('COMPLETED')
  })
  expect(await read()).toContain(sent)
  await pipeline.redis.del('transaction:exact')
  expect(await read()).toContain(sent)
  expect(JSON.parse(await read())).toMatchObject({ status: 'COMPLETED', amount: 1 })
})

test('answers it to those who wait, and in the histories of an account and a user', async () => {
  const url = `${pipeline.urls.get('ingest')}${PROCESS}`
  const waited = await send('POST', url, request('waited', EXACT), { prefer: 'wait=20' })
  expect([waited.status, waited.text]).toEqual([200, expect.stringContaining(`"metadata":${EXACT}`)])
  expect(await readText('accounts', '/api/v1/accounts/alice/transactions?limit=1')).toContain(EXACT)
  const added = `{"amount":1,"currency":"USD","metadata":${EXACT}}`
  expect((await pipeline.call('ingest', 'POST', '/api/v1/users/gopal/add', added)).status).toBe(202)
  expect(await readText('accounts', '/api/v1/users/gopal/history')).toContain(`"metadata":${EXACT}`)
})

test('keeps it for every type of transaction, each its own, in a batch and from the topic', async () => {
  const kinds = (name: string) => [
    request(`${name}-transfer`, '{"n":1.0}'),
    `{"type":"deposit","transactionId":"${name}-deposit","destinationAccountId":"bob","amount":1,"currency":"USD","metadata":{"n":2.0}}`,
    `{"type":"withdrawal","transactionId":"${name}-withdrawal","sourceAccountId":"bob","amount":1,"currency":"USD","metadata":{"n":3.0}}`,
    request(`${name}-hold`, '{"n":4.0}', ',"type":"hold"'),
    `{"type":"capture","transactionId":"${name}-capture","parentTransactionId":"${name}-hold","metadata":{"n":5.0}}`,
    request(`${name}-held`, '{"n":6.0}', ',"type":"hold"'),
    `{"type":"void","transactionId":"${name}-void","parentTransactionId":"${name}-held","metadata":{"n":7.0}}`,
    `{"type":"reversal","transactionId":"${name}-reversal","parentTransactionId":"${name}-transfer","metadata":{"n":8.0}}`,
    `{"transactionId":"${name}-none","sourceAccountId":"alice","destinationAccountId":"bob","amount":1}`,
  ]
  const batch = await pipeline.call('ingest', 'POST', BATCH, `{"transactions":[${kinds('batch').join()}]}`)
  expect(batch.status).toBe(202)
  const client = new PubSub({ projectId: pipeline.projectId })
  await client.topic('transactions').publishMessage({ data: Buffer.from(`[${kinds('event').join()}]`) })
  await client.close()
  await until('the events are stored', async () => {
    const [rows] = await pipeline.db.raw(`SELECT 1 FROM transactions WHERE transaction_id = 'event-none'`)
    return rows.length === 1
  })
  await allFinal(pipeline.db)
  const [rows] = await pipeline.db.raw(
    `SELECT transaction_id AS id, status, metadata FROM transactions WHERE transaction_id REGEXP '^(batch|event)-' ORDER BY seq`,
  )
  const end = ['COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'VOIDED']
  const expected = [...end, 'COMPLETED', 'COMPLETED'].map((status, index) => `${status} {"n":${index + 1}.0}`)
  const seen = rows.map((row: { status: string; metadata: string | null }) => `${row.status} ${row.metadata}`)
  expect(seen).toEqual([...expected, 'COMPLETED null', ...expected, 'COMPLETED null'])
  // Holds and reversals too, as one account sees them.
  const history = await readText('accounts', '/api/v1/accounts/alice/transactions?limit=100')
  expect(history).toContain('"metadata":{"n":4.0}')
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
})

test.each([
  ['the same text', '{"a":1.10,"b":{"x":[1,2],"y":2}}', 202],
  ['another order of members, at any depth, and white space', '{ "b":{"y":2,"x":[1,2]}, "a":1.10 }', 202],
  ['another number', '{"a":1.20,"b":{"x":[1,2],"y":2}}', 409],
  ['the same number written otherwise', '{"a":1.1,"b":{"x":[1,2],"y":2}}', 409],
  ['another order of a list', '{"a":1.10,"b":{"x":[2,1],"y":2}}', 409],
  ['one member more', '{"a":1.10,"b":{"x":[1,2],"y":2},"c":null}', 409],
  ['a prototype more', '{"a":1.10,"b":{"x":[1,2],"y":2},"__proto__":{}}', 409],
  ['none', undefined, 409],
])('takes the same id with %s for what it is', async (name, metadata, status) => {
  const id = `again-${name.length}`
  expect((await post(request(id, '{"a":1.10,"b":{"x":[1,2],"y":2}}'))).status).toBe(202)
  const again = request(id, metadata ?? '0')
  expect((await post(metadata === undefined ? again.replace(',"metadata":0', '') : again)).status).toBe(
    status,
  )
  // In one batch as well, where nothing of it is stored yet.
  const both = [request(`${id}-both`, '{"a":1.10,"b":{"x":[1,2],"y":2}}'), again.replace(id, `${id}-both`)]
  const batch = await pipeline.call(
    'ingest',
    'POST',
    BATCH,
    `{"transactions":[${both.join().replace(',"metadata":0', '')}]}`,
  )
  const outcome = status === 202 ? 'duplicate' : 'conflict'
  expect(batch.body['results']).toMatchObject([{ outcome: 'accepted' }, { outcome }])
})

const nested = (levels: number) => '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1)
const sized = (bytes: number) => `{"k":"${'é'.repeat((bytes - 8) / 2)}"}`

test.each([
  ['8 levels deep', nested(8)],
  ['of 4,096 bytes', sized(4096)],
  ['of 4,096 bytes, and white space', ` { "k" : ${sized(4096).slice(5)}`],
  ['that is empty', '{}'],
  ['that is named by an escape', '{"n":1.50}'],
])('takes metadata %s', async (name, metadata) => {
  const id = `takes-${name.replaceAll(/\W/g, '')}`
  const body = request(id, metadata)
  const escaped = name.includes('escape') ? body.replace('"metadata"', '"meta\\u0064ata"') : body
  expect((await post(escaped)).status).toBe(202)
  const compact = metadata.replaceAll(' ', '')
  expect(await readText('status', `/api/v1/transactions/${id}`)).toContain(`"metadata":${compact}`)
})

test.each([
  ['9 levels deep', nested(9)],
  ['9 levels deep with a list', `{"a":${'['.repeat(8)}${']'.repeat(8)}}`],
  ['a thousand levels deep', nested(1000)],
  ['of 4,098 bytes', sized(4098)],
  ['that is a list', '[1]'],
  ['that is a text', '"{}"'],
  ['that is a number', '1.10'],
  ['that is null', 'null'],
])('refuses metadata %s, names it and stores nothing', async (_name, metadata) => {
  const before = await countTransactions()
  const answer = await post(request('refused', metadata))
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'metadata' }] } })
  const add = `{"amount":1,"currency":"USD","metadata":${metadata}}`
  expect(await pipeline.call('ingest', 'POST', '/api/v1/users/gopal/add', add)).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'metadata' }] },
  })
  expect(await countTransactions()).toBe(before)
})

test('keeps the metadata of an event that is refused, digit for digit, in its dead letter', async () => {
  const client = new PubSub({ projectId: pipeline.projectId })
  const data = Buffer.from(`[${request('refused-event', EXACT, ',"extra":1.50')}]`)
  await client.topic('transactions').publishMessage({ data })
  await client.close()
  await until('the dead letter is kept', async () => {
    const [rows] = await pipeline.db.raw('SELECT payload FROM dead_letters')
    return rows.length === 1 && rows[0].payload.includes(`"metadata":${EXACT},"extra":1.50`)
  })
})

test('stores any number of the largest at once, in statements that the server takes', async () => {
  const { db, drop } = await createDatabase()
  let flushes = 0
  const log = createLogger('ingest', 'warn', { write: () => undefined })
  const acceptor = new Acceptor({
    telemetry: keepTelemetry(),
    ...{
      db,
      ownership: createOwnership(db, 1),
      flushSize: 10_000,
      orderingGroups: 1,
      retrySeconds: 1,
      pendingTopic: 'nobody-listens',
    },
    bells: new Bells({
      publisher: { publish: async () => undefined, close: async () => undefined },
      ...{ pendingTopic: 'nobody-listens', gapMilliseconds: () => 0, telemetry: keepTelemetry(), log },
    }),
    now: () => new Date(Date.UTC(2026, 0, 1) + ++flushes),
    log,
  })
  const requests = Array.from({ length: 1500 }, (_, index) =>
    parseTransaction(parseJson(request(`large-${index}`, `{"k":"${'x'.repeat(4088)}"}`)), 1),
  ).flatMap(parsed => ('transaction' in parsed ? [parsed.transaction] : []))
  const acceptances = await acceptor.accept(requests, undefined)
  expect(acceptances.filter(({ kind }) => kind === 'accepted')).toHaveLength(1500)
  const [rows] = await db.raw(
    'SELECT COUNT(*) AS rows_, SUM(LENGTH(metadata)) AS bytes FROM transactions GROUP BY accepted_at ORDER BY accepted_at',
  )
  // 4 MB, of which a statement has twice as much if each byte is escaped: half of max_allowed_packet, 16 MB.
  expect(rows.map((row: object) => Object.values(row).map(Number))).toEqual([
    [1000, 4_096_000],
    [500, 2_048_000],
  ])
  await drop()
})

test('keeps what a JSON column had when it becomes text, and can be made text again', async () => {
  const { db, drop } = await createDatabase()
  await db.raw('ALTER TABLE transactions DROP CONSTRAINT transactions_metadata, MODIFY metadata JSON NULL')
  await db.raw(
    `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
       accepted_at, metadata) VALUES ('old', 0, 'transfer', 'a', 'b', 1, NOW(6), '{"a": 1}')`,
  )
  await up(db)
  await up(db)
  const [[row]] = await db.raw(`SELECT metadata FROM transactions WHERE transaction_id = 'old'`)
  expect(JSON.parse(row.metadata)).toEqual({ a: 1 })
  const tooLong = db.raw(`UPDATE transactions SET metadata = REPEAT('é', 2049)`)
  await expect(tooLong).rejects.toThrow('transactions_metadata')
  await drop()
})

// Last, because Google's client in this process talks to the Pub/Sub that was started last.
test('answers it while the transaction is PENDING, and tells what a dead worker did not, as it was sent', async () => {
  const deaf = await startPipeline({ deaf: true, env: { SWEEP_AGE_SECONDS: '0' } })
  const read = async () => (await deaf.call('status', 'GET', '/api/v1/transactions/exact')).text
  const sent = `"metadata":${EXACT}`
  expect((await deaf.call('ingest', 'POST', PROCESS, request('exact', EXACT))).status).toBe(202)
  expect(await read()).toContain(sent)
  await until('a copy is there', async () => (await deaf.redis.get('transaction:exact')) !== null)
  expect(await read()).toContain(sent)
  // As a worker does that is killed right after its COMMIT: what is told comes out of the outbox.
  const groups = Array.from({ length: 16 }, (_, group) => group)
  await drainStep(deaf.db, { groups, withoutSources: [], limit: 10 }, new Date())
  expect((await deaf.sweep()).body).toMatchObject({ toldBatches: 1 })
  const copy = (await deaf.redis.get('transaction:exact')) ?? ''
  expect(copy).toContain('FAILED')
  expect(copy).toContain(sent)
})
