import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { pushBell } from '../support/push-bell.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline({ env: { SWEEP_AGE_SECONDS: '0' } })
  await openAccounts(pipeline, ['alice', 'bob'], '100')
})
afterAll(closePipelines)

type Step = { step: string; state: string; at?: string; status?: string; batch?: object }

async function send(request: object): Promise<void> {
  const { status } = await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', {
    ...{ sourceAccountId: 'alice', destinationAccountId: 'bob', amount: '1.00' },
    ...request,
  })
  expect(status).toBe(202)
}

async function steps(transactionId: string): Promise<Step[]> {
  const { status, body } = await pipeline.call(
    'console',
    'GET',
    `/api/v1/transactions/${transactionId}/timeline`,
  )
  expect(status).toBe(200)
  return body['steps'] as Step[]
}

test('tells the whole story of a transfer, in the order of time', async () => {
  await send({ transactionId: 'rent' })
  await allFinal(pipeline.db)
  await until('all of it is known', async () => (await steps('rent')).every(({ state }) => state === 'done'))
  const story = await steps('rent')
  expect(story.map(({ step }) => step)).toEqual([
    'accepted',
    'published',
    'drained',
    'decided',
    'told',
    'cached',
  ])
  expect(story[2]?.batch).toEqual({ group: expect.any(Number), transactions: 1 })
  const [accepted, published, drained, decided, told, cached] = story.map(({ at = '' }) => Date.parse(at))
  for (const [before, after] of [
    [accepted, published],
    [accepted, drained],
    [drained, decided],
    [decided, told],
    [decided, cached],
  ])
    expect(after).toBeGreaterThanOrEqual(before ?? Number.NaN)
})

test('says of results that could not be published that they are waited for, and when they came', async () => {
  const told = async () => (await steps('quiet')).find(({ step }) => step === 'told')
  const token = await pipeline.token('settle-worker')
  await pipeline.stopPubsub()
  await send({ transactionId: 'quiet' })
  expect((await steps('quiet')).map(({ state }) => state)).toEqual(['done', ...Array(5).fill('waiting')])
  const [[{ group, seq }]] = await pipeline.db.raw(
    `SELECT ordering_group AS \`group\`, seq FROM transactions WHERE transaction_id = 'quiet'`,
  )
  await pushBell(pipeline, { group, lastSeq: Number(seq) }, token)
  await allFinal(pipeline.db)
  await until('it is cached', async () => (await steps('quiet')).at(-1)?.state === 'done')
  expect(await told()).toEqual({ step: 'told', state: 'waiting' })

  await pipeline.startPubsub()
  await until('the sweeper tells it', async () => {
    await pipeline.sweep()
    return (await told())?.state === 'done'
  })
})

test('says of a hold that it was held, and then how it ended', async () => {
  await send({ transactionId: 'booking', type: 'hold' })
  await allFinal(pipeline.db)
  expect((await steps('booking')).find(({ step }) => step === 'decided')?.status).toBe('HELD')
  await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', {
    ...{ transactionId: 'checkout', type: 'capture', parentTransactionId: 'booking' },
  })
  await until('it has ended', async () => (await steps('booking')).at(-1)?.step === 'ended')
  expect((await steps('booking')).at(-1)).toMatchObject({ state: 'done', status: 'COMPLETED' })
})

test('shows a stranger nothing, not even that there is something', async () => {
  const url = `${pipeline.urls.get('console')}/api/v1/transactions/rent/timeline`
  const token = await pipeline.callerToken({ sub: 'stranger', scope: 'read' })
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'transaction_not_found' }])
  const none = await pipeline.call('console', 'GET', '/api/v1/transactions/none/timeline')
  expect(none.status).toBe(404)
})
