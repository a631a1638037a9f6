import { PubSub } from '@google-cloud/pubsub'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { drainStep } from '../../lib/drain/drain-step.ts'
import { allFinal, findBrokenBooks, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, send, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline({ env: { SWEEP_AGE_SECONDS: '0', PUBLISH_MILLISECONDS: '2000' } })
  await openAccounts(pipeline, ['alice', 'bob'], '100')
})
afterAll(closePipelines)

async function post(transactionId: string): Promise<number> {
  const request = { transactionId, sourceAccountId: 'alice', destinationAccountId: 'bob', amount: 1 }
  return (await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', request)).status
}

async function statusOf(transactionId: string): Promise<unknown> {
  return (await pipeline.call('status', 'GET', `/api/v1/transactions/${transactionId}/status`)).body['status']
}

test('completes a transaction that was accepted while Pub/Sub was away', async () => {
  await pipeline.stopPubsub()
  expect(await post('unrung')).toBe(202)
  expect(await statusOf('unrung')).toBe('PENDING')
  await pipeline.startPubsub()
  expect((await pipeline.sweep()).body).toMatchObject({ skipped: false, rungGroups: 1, pending: 1 })
  await until('it is completed', async () => (await statusOf('unrung')) === 'COMPLETED')
})

test('completes a transaction whose message was lost', async () => {
  const deaf = await startPipeline({ deaf: true, env: { SWEEP_AGE_SECONDS: '0' } })
  const request = { accountId: 'carol', currency: 'USD', openingBalance: 5 }
  expect((await deaf.call('accounts', 'POST', '/api/v1/accounts', request)).status).toBe(201)
  await deaf.listen()
  await deaf.sweep()
  await allFinal(deaf.db)
  const { body } = await deaf.call('status', 'GET', '/api/v1/accounts/carol/balance')
  expect(body['balance']).toBe(5)
})

test('tells what a worker died before telling: publishes the results, fills the cache, empties the outbox', async () => {
  const deaf = await startPipeline({ deaf: true, env: { SWEEP_AGE_SECONDS: '0' } })
  const client = new PubSub({ projectId: deaf.projectId })
  const [subscription] = await client.topic('transaction-results').createSubscription('consumer')
  await deaf.call('accounts', 'POST', '/api/v1/accounts', {
    accountId: 'erin',
    currency: 'USD',
    openingBalance: 1,
  })
  // As a worker does that is killed right after its COMMIT.
  const groups = Array.from({ length: 16 }, (_, group) => group)
  const step = await drainStep(deaf.db, { groups, withoutSources: [], limit: 100 }, new Date())
  expect(step.records).toHaveLength(1)
  const received = new Promise<string>(resolve => {
    subscription.once('message', message => resolve(message.data.toString()))
  })
  expect((await deaf.sweep()).body).toMatchObject({ toldBatches: 1, outbox: 1 })
  expect(await received).toContain('"transactionId":"opening:erin"')
  const [[{ rows_ }]] = await deaf.db.raw('SELECT COUNT(*) AS rows_ FROM outbox')
  expect(Number(rows_)).toBe(0)
  expect(await deaf.redis.get('transaction:opening:erin')).toContain('"amount":1.00')
  expect(await deaf.redis.get('balance:erin')).toContain('"balance":1.00')
  await subscription.close()
  await client.close()
})

test('does no harm when two sweep at once, and leaves young transactions to their own message', async () => {
  await Promise.all([pipeline.sweep(), pipeline.sweep()])
  expect(await findBrokenBooks(pipeline.db)).toEqual([])
  const patient = await startPipeline({ deaf: true })
  await patient.call('accounts', 'POST', '/api/v1/accounts', {
    accountId: 'x',
    currency: 'USD',
    openingBalance: 1,
  })
  expect((await patient.sweep()).body).toMatchObject({ rungGroups: 0, pending: 1 })
})

test("is not to be called without the scheduler's token", async () => {
  expect((await send('POST', pipeline.urls.get('sweeper') ?? '')).status).toBe(401)
})
