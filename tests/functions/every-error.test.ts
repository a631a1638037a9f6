import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { PROBLEMS, type ProblemCode } from '../../lib/http/problem.ts'
import { openAccounts } from '../support/ledger.ts'
import { type Answer, closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'

const PROCESS = '/api/v1/transactions/process'
const ACCOUNTS = '/api/v1/accounts'
const sides = { sourceAccountId: 'alice', destinationAccountId: 'bob' }

let pipeline: Pipeline
/** Limits that nobody can keep, and a table that is gone. */
let broken: Pipeline
let away: Pipeline
let letters: string[]
beforeAll(async () => {
  pipeline = await startPipeline({ env: { REQUEST_SECONDS: '1' } })
  broken = await startPipeline({
    deaf: true,
    env: { QUEUE_LIMIT: '0', FLUSH_SIZE: '1', RATE_LIMIT_REQUESTS: '50' },
  })
  await broken.db.raw('RENAME TABLE outbox TO gone, dead_letters TO gone_too')
  away = await startPipeline({
    deaf: true,
    env: { MYSQL_URL: 'mysql://x@127.0.0.1:1/x', RETRY_SECONDS: '2', MYSQL_LOCK_WAIT_SECONDS: '1' },
  })
  await openAccounts(pipeline, ['alice', 'bob'], '100')
  await call('accounts', 'POST', '/api/v1/users', { userId: 'gopal', name: 'Gopal' })
  await call('accounts', 'POST', ACCOUNTS, { accountId: 'closed', currency: 'USD' })
  await call('accounts', 'DELETE', `${ACCOUNTS}/closed`)
  await call('ingest', 'POST', PROCESS, { ...sides, transactionId: 'known', amount: '1' })
  await pipeline.db.raw(
    `INSERT INTO dead_letters (source, message_id, reason, detail, payload, created_at)
     VALUES ('event', 'm1', 'invalid_json', 'the message is not JSON', '{', NOW(6)),
       ('event', 'm2', 'invalid_json', 'the message is not JSON', '[', NOW(6))`,
  )
  const [rows] = await pipeline.db.raw('SELECT id FROM dead_letters')
  letters = rows.map(({ id }: { id: string }) => `/api/v1/dead-letters/${id}`)
}, 60_000)
afterAll(closePipelines)

const call = (name: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  pipeline.call(name, method, path, body)
const post = (body: unknown) => call('ingest', 'POST', PROCESS, body)
const transfer = (transactionId: string, over = {}) => ({ ...sides, transactionId, amount: '1', ...over })

async function drip(): Promise<Answer> {
  const socket = connect(Number(new URL(pipeline.urls.get('ingest') ?? '').port), '127.0.0.1')
  socket.write(`POST ${PROCESS} HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{`)
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), body: JSON.parse(body), text: body, headers: new Headers() }
}

async function until429(): Promise<Answer> {
  for (;;) {
    const answer = await broken.call('status', 'GET', '/api/v1/transactions/x')
    if (answer.status === 429) return answer
  }
}

async function crowd(): Promise<Answer> {
  const ids = Array.from({ length: 30 }, () => randomUUID())
  const answers = await Promise.all(ids.map(id => broken.call('ingest', 'POST', PROCESS, transfer(id))))
  return answers.find(({ status }) => status === 503) as Answer
}

const met: Readonly<Record<ProblemCode, () => Promise<Answer>>> = {
  invalid_json: () => post('{'),
  invalid_request: () => post({}),
  unauthenticated: () =>
    send('GET', `${pipeline.urls.get('status')}/api/v1/transactions/x`, undefined, { authorization: '' }),
  forbidden: () => call('accounts', 'DELETE', `${ACCOUNTS}/world:USD`),
  not_found: () => call('status', 'GET', '/nowhere'),
  account_not_found: () => call('status', 'GET', `${ACCOUNTS}/nobody/balance`),
  transaction_not_found: () => call('status', 'GET', '/api/v1/transactions/nothing'),
  user_not_found: () => call('accounts', 'GET', '/api/v1/users/nobody'),
  dead_letter_not_found: () => call('dead-letter', 'GET', '/api/v1/dead-letters/999999'),
  method_not_allowed: () => call('ingest', 'PUT', PROCESS),
  request_timeout: drip,
  account_exists: () => call('accounts', 'POST', ACCOUNTS, { accountId: 'alice', currency: 'EUR' }),
  account_not_empty: () => call('accounts', 'DELETE', `${ACCOUNTS}/alice`),
  account_closed: () => call('accounts', 'PATCH', `${ACCOUNTS}/closed`, { status: 'FROZEN' }),
  overdraft_in_use: async () => {
    await call('accounts', 'POST', ACCOUNTS, { accountId: 'owing', currency: 'USD', overdraftLimit: '5' })
    const path = `${pipeline.urls.get('ingest')}${PROCESS}`
    const body = transfer('owed', { sourceAccountId: 'owing', amount: '5' })
    await send('POST', path, body, { prefer: 'wait=20' })
    return await call('accounts', 'PATCH', `${ACCOUNTS}/owing`, { overdraftLimit: '4' })
  },
  transaction_id_reused: () => post(transfer('known', { amount: '2' })),
  batch_refused: () =>
    call('ingest', 'POST', '/api/v1/transactions/batch', {
      atomic: true,
      transactions: [transfer('known', { amount: '2' })],
    }),
  parent_mismatch: () => post({ type: 'capture', transactionId: 'c', parentTransactionId: 'known' }),
  user_exists: () => call('accounts', 'POST', '/api/v1/users', { userId: 'gopal', name: 'Another' }),
  version_not_reached: () => call('status', 'GET', `${ACCOUNTS}/alice/balance?minVersion=99`),
  dead_letter_not_replayable: () => call('dead-letter', 'POST', `${letters[0]}/replay`),
  dead_letter_resolved: async () => {
    await call('dead-letter', 'POST', `${letters[1]}/discard`, { reason: 'no JSON' })
    return await call('dead-letter', 'POST', `${letters[1]}/replay`)
  },
  payload_too_large: () => post(`"${'x'.repeat(2_100_000)}"`),
  unsupported_media_type: () =>
    send('POST', `${pipeline.urls.get('ingest')}${PROCESS}`, '{}', { 'content-type': 'text/plain' }),
  internal: () => broken.call('dead-letter', 'GET', '/api/v1/dead-letters'),
  overloaded: crowd,
  unavailable: () => away.call('status', 'GET', '/api/v1/transactions/x'),
  // The last, because then the caller is shut out.
  rate_limited: until429,
}

test.each(Object.keys(met) as ProblemCode[])(
  'answers %s with its status, and says so in the body',
  async code => {
    const { status, body } = await met[code]()
    expect([status, body]).toMatchObject([PROBLEMS[code], { code, status, type: `/errors#${code}` }])
    expect(body['message']).toMatch(/^[A-Za-z].{5,}/)
  },
)
