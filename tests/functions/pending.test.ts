import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { PendingReader } from '../../functions/status/pending-reader.ts'
import { createLogger } from '../../lib/log/logger.ts'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['alice', 'bob'], '100')
})
afterAll(closePipelines)

const log = createLogger('test', 'error')

const read = async (from: Pipeline, accountId: string) =>
  (await from.call('status', 'GET', `/api/v1/accounts/${accountId}/balance`)).body

async function post(to: Pipeline, transactionId: string, request: object): Promise<void> {
  const body = { transactionId, ...request }
  const { status } = await to.call('ingest', 'POST', '/api/v1/transactions/process', body)
  expect(status).toBe(202)
}

const pay = (from: string, to: string, amount: string) => ({
  sourceAccountId: from,
  destinationAccountId: to,
  amount,
})

test('adds up what is accepted and will leave the account or be reserved, until it is applied', async () => {
  const deaf = await startPipeline({ deaf: true, env: { SWEEP_AGE_SECONDS: '0' } })
  for (const accountId of ['payer', 'payee']) {
    await deaf.call('accounts', 'POST', '/api/v1/accounts', { accountId, currency: 'USD' })
  }
  const pending = async () =>
    (await Promise.all(['payer', 'payee'].map(id => read(deaf, id)))).map(b => b['pending'])
  expect(await pending()).toEqual([0, 0])
  await post(deaf, 'transfer', pay('payer', 'payee', '1.0001'))
  expect(await pending()).toEqual([1.0001, 0])
  await post(deaf, 'withdrawal', {
    type: 'withdrawal',
    sourceAccountId: 'payer',
    amount: '2',
    currency: 'USD',
  })
  expect(await pending()).toEqual([3.0001, 0])
  await post(deaf, 'hold', { type: 'hold', ...pay('payer', 'payee', '4') })
  expect(await pending()).toEqual([7.0001, 0])
  // It is the payee that pays this one back.
  await post(deaf, 'reversal', { type: 'reversal', parentTransactionId: 'transfer' })
  expect(await pending()).toEqual([7.0001, 1.0001])
  await post(deaf, 'capture', { type: 'capture', parentTransactionId: 'hold', amount: '3' })
  await post(deaf, 'void', { type: 'void', parentTransactionId: 'hold' })
  await post(deaf, 'deposit', {
    type: 'deposit',
    destinationAccountId: 'payer',
    amount: '10',
    currency: 'USD',
  })
  expect(await pending()).toEqual([7.0001, 1.0001])
  expect(await read(deaf, 'world:USD')).toMatchObject({ balance: 0, pending: 10 })
  await deaf.listen()
  await deaf.sweep()
  await allFinal(deaf.db)
  expect(await pending()).toEqual([0, 0])
})

test('shows a debit in the balance or as pending, whatever copy Redis has', async () => {
  const before = await copyOf('alice')
  await post(pipeline, 'rent', pay('alice', 'bob', '30'))
  await allFinal(pipeline.db)
  await until('the copy is told', async () => (await copyOf('alice')).startsWith('2|'))
  await pipeline.redis.set('balance:alice', before)
  expect(await read(pipeline, 'alice')).toMatchObject({ balance: 70, available: 70, pending: 0, version: 2 })
})

const copyOf = async (accountId: string) => (await pipeline.redis.get(`balance:${accountId}`)) ?? ''

test('answers without what is pending when the database does not say in time', async () => {
  const impatient = await startPipeline({ env: { PENDING_MILLISECONDS: '50' } })
  await openAccounts(impatient, ['waiter'], '5')
  await until('the cache has it', async () => (await impatient.redis.exists('balance:waiter')) === 1)
  await impatient.db.transaction(async lock => {
    await lock.raw('LOCK TABLES transactions WRITE')
    expect(await read(impatient, 'waiter')).toMatchObject({ balance: 5, pending: null, version: 1 })
    await lock.raw('UNLOCK TABLES')
  })
  await until('the database says it again', async () => (await read(impatient, 'waiter'))['pending'] === 0)
})

/** The accounts of each query that a reader asked, in their order. */
async function countQueries(
  work: (reader: PendingReader, queries: string[][]) => Promise<void>,
): Promise<string[][]> {
  const queries: string[][] = []
  const note = ({ sql, bindings }: { sql: string; bindings: string[] }) => {
    if (sql.includes('FROM accounts')) queries.push(bindings.flat())
  }
  pipeline.db.on('query', note)
  try {
    await work(new PendingReader({ db: pipeline.db, pendingMilliseconds: 20_000, log }), queries)
  } finally {
    pipeline.db.off('query', note)
  }
  return queries
}

test('asks once for all the accounts that are asked for while a query runs', async () => {
  const queries = await countQueries(async reader => {
    const ids = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? 'alice' : 'bob'))
    const found = await Promise.all(ids.map(id => reader.read(id)))
    expect(found.map(one => one?.account.accountId)).toEqual(ids)
  })
  expect(queries).toEqual([['alice'], ['bob', 'alice']])
})

test('never answers from a query that was on its way before it was asked', async () => {
  const queries = await countQueries(async (reader, asked) => {
    await pipeline.db.transaction(async lock => {
      await lock.raw('LOCK TABLES transactions WRITE')
      const first = reader.read('alice')
      await until('the query is on its way', () => asked.length === 1)
      const second = reader.read('alice')
      await lock.raw('UNLOCK TABLES')
      await Promise.all([first, second])
    })
  })
  expect(queries).toEqual([['alice'], ['alice']])
})

test.each(['nobody', '💩'])(
  'finds nothing of %s, which is no account, and the others all the same',
  async accountId => {
    const reader = new PendingReader({ db: pipeline.db, pendingMilliseconds: 20_000, log })
    const [, none, found] = await Promise.all(['bob', accountId, 'alice'].map(id => reader.read(id)))
    expect([none, found?.account.accountId]).toEqual([undefined, 'alice'])
  },
)
