import { PubSub } from '@google-cloud/pubsub'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { PUSH_SERVICE_ACCOUNT } from '../../knative/local/pubsub-process.ts'
import { allFinal } from '../support/ledger.ts'
import { closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

/** What must not be logged, wherever it was sent. */
const NAME = 'Grigori-Personal-Name'
const EMAIL = 'grigori@personal.example'
const METADATA = 'metadata-value-of-somebody'
const TOKEN = 'eyJhbGciOiJub25lIn0.personal-token'
const AMOUNT = '31.4159'
const REASON = 'a-reason-that-names-somebody'
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const PROCESS = '/api/v1/transactions/process'

let pipeline: Pipeline
let presented: string
beforeAll(async () => {
  pipeline = await startPipeline({
    ...{ impatient: true, logLevel: 'debug' },
    env: { ORDERING_GROUPS: '1', SWEEP_AGE_SECONDS: '0', MYSQL_LOCK_WAIT_SECONDS: '1', RETRY_SECONDS: '5' },
  })
  presented = await pipeline.callerToken()
})
afterAll(closePipelines)

const transfer = (transactionId: string, more: object = {}) => ({
  ...{ transactionId, sourceAccountId: 'alice', destinationAccountId: 'bob', amount: AMOUNT },
  ...{ metadata: { note: METADATA, mail: EMAIL }, ...more },
})

const lines = () => pipeline.logLines.map(line => JSON.parse(line) as Record<string, unknown>)
const saying = (message: string) => lines().filter(line => line['message'] === message)

async function openEverything(): Promise<void> {
  const { call } = pipeline
  await call('accounts', 'POST', '/api/v1/users', { userId: 'grigori', name: NAME })
  for (const accountId of ['alice', 'bob']) {
    const opening = { accountId, currency: 'USD', userId: 'grigori', openingBalance: '5000' }
    expect((await call('accounts', 'POST', '/api/v1/accounts', opening)).status).toBe(201)
  }
  await allFinal(pipeline.db)
}

/** Every route, well and badly asked. */
async function callEverything(): Promise<void> {
  const { call, urls } = pipeline
  const key = { 'idempotency-key': `"${METADATA}"` }
  await call('ingest', 'POST', PROCESS, transfer('one'))
  await call('ingest', 'POST', PROCESS, transfer('bad', { amount: METADATA }))
  await call('ingest', 'POST', PROCESS, `{"note": "${METADATA}"`)
  await call('ingest', 'POST', '/api/v1/transactions/batch', {
    transactions: [transfer('two'), transfer('two')],
  })
  await send('POST', `${urls.get('ingest')}/api/v1/users/grigori/add`, { amount: '1', currency: 'USD' }, key)
  for (const path of [
    '/api/v1/users',
    '/api/v1/users/grigori',
    '/api/v1/accounts/alice',
    '/api/v1/accounts?userId=grigori',
  ])
    await call('accounts', 'GET', path)
  await call('accounts', 'POST', '/api/v1/users', { userId: 'grigori', name: `${NAME} the other` })
  await call('accounts', 'PATCH', '/api/v1/accounts/bob', { status: 'ACTIVE', name: NAME })
  await call('accounts', 'DELETE', '/api/v1/accounts/bob')
  for (const path of [
    '/api/v1/transactions/one',
    '/api/v1/accounts/alice/balance',
    '/api/v1/users/grigori/balance',
  ])
    await call('status', 'GET', path)
  for (const functionName of urls.keys()) {
    const url = `${urls.get(functionName)}`
    await send(
      'POST',
      url,
      { message: { data: 'x', messageId: EMAIL } },
      { authorization: `Bearer ${TOKEN}` },
    )
    await send('GET', `${url}/api/v1/${EMAIL}?token=${TOKEN}`, undefined, {
      authorization: `Bearer ${TOKEN}`,
    })
  }
  await call('sweeper', 'GET', '/api/v1/ledger/verification')
  await pipeline.sweep()
}

/** An event that is refused, and a transaction that fails by itself: both become dead letters, and are dealt with. */
async function loseSomeLetters(): Promise<void> {
  const client = new PubSub({ projectId: pipeline.projectId })
  const topic = client.topic('transactions')
  await topic.publishMessage({ json: [transfer('three'), transfer('invalid', { amount: METADATA })] })
  await topic.publishMessage({ data: Buffer.from(`{"note": "${METADATA}"`) })
  await pipeline.db.raw(
    `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
       accepted_at, metadata) VALUES ('poison', 0, 'gift', 'alice', 'bob', 1, UTC_TIMESTAMP(6), ?)`,
    [JSON.stringify({ note: METADATA })],
  )
  await pipeline.call('ingest', 'POST', PROCESS, transfer('behind'))
  const letters = async () => {
    const { body } = await pipeline.call('dead-letter', 'GET', '/api/v1/dead-letters')
    return body['deadLetters'] as { deadLetterId: string }[]
  }
  await until('there are three letters', async () => (await letters()).length === 3)
  const [first, second] = await letters()
  await pipeline.call('dead-letter', 'POST', `/api/v1/dead-letters/${first?.deadLetterId}/replay`)
  const discarding = `/api/v1/dead-letters/${second?.deadLetterId}/discard`
  await pipeline.call('dead-letter', 'POST', discarding, { reason: REASON })
  await client.close()
}

/** Statements that fail with the values in them: behind a lock, refused by the database, and for no reason we know. */
async function failInTheDatabase(): Promise<void> {
  await pipeline.db
    .transaction(async transaction => {
      await transaction.raw(
        `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount, accepted_at)
       VALUES ('locked', 0, 'transfer', 'alice', 'bob', 1, UTC_TIMESTAMP(6))`,
      )
      const url = `${pipeline.urls.get('ingest')}${PROCESS}`
      const posting = send('POST', url, transfer('locked'), { traceparent: TRACEPARENT })
      await until('the flush is tried again', () => saying('flush tried again').length > 0)
      await transaction.rollback()
      expect((await posting).status).toBe(202)
    })
    .catch(() => undefined)
  await allFinal(pipeline.db)
  // What the code does not know of, it cannot give a value.
  for (const table of ['users', 'transactions'])
    await pipeline.db.raw(`ALTER TABLE ${table} ADD COLUMN unknown_to_all INT NOT NULL`)
  const late = { userId: 'late', name: NAME }
  expect((await pipeline.call('accounts', 'POST', '/api/v1/users', late)).status).toBe(500)
  expect((await pipeline.call('ingest', 'POST', PROCESS, transfer('broken'))).status).toBe(500)
}

test('one line a batch says which groups, how many, how many refused, and who where they are few', async () => {
  await openEverything()
  const before = saying('drained').length
  const transactions = Array.from({ length: 11 }, (_, index) => transfer(`many-${index}`))
  await pipeline.call('ingest', 'POST', '/api/v1/transactions/batch', { transactions })
  await allFinal(pipeline.db)
  await pipeline.call('ingest', 'POST', '/api/v1/transactions/batch', {
    transactions: [transfer('few'), transfer('refused', { amount: '100000' })],
  })
  await allFinal(pipeline.db)
  await until('both are logged', () => saying('drained').length === before + 2)
  const [many, few] = saying('drained').slice(before)
  expect(many).toMatchObject({
    severity: 'INFO',
    function: 'worker',
    groups: [0],
    transactions: 11,
    failed: 0,
  })
  expect(many).not.toHaveProperty('transactionIds')
  expect(Number(many?.['lastSeq']) - Number(many?.['firstSeq'])).toBe(10)
  expect(few).toMatchObject({ transactions: 2, failed: 1, transactionIds: ['few', 'refused'] })
  expect(few).toMatchObject({ milliseconds: expect.any(Number), time: expect.stringMatching(/^\d{4}-.*Z$/) })
})

test('no line of any request has a token, an e-mail, a name, a value of metadata or of a body in it', async () => {
  await callEverything()
  await loseSomeLetters()
  await failInTheDatabase()
  for (const message of [
    'event refused; kept as dead letters',
    'a bug: a transaction fails by itself',
    'flush tried again',
  ])
    expect(saying(message)).not.toEqual([])
  expect(saying('a bug: the handler failed')).toHaveLength(2)
  // A flush is of all who wait for it: what is said of it is in nobody's trace.
  expect(saying('flush tried again')[0]).not.toHaveProperty(['logging.googleapis.com/trace'])
  const personal = [
    NAME,
    EMAIL,
    METADATA,
    TOKEN,
    REASON,
    AMOUNT,
    presented,
    PUSH_SERVICE_ACCOUNT,
    'Bearer ',
    'eyJ',
  ]
  const said = personal.flatMap(value => pipeline.logLines.filter(line => line.includes(value)))
  expect(said.map(line => line.slice(0, 1500))).toEqual([])
}, 60_000)
