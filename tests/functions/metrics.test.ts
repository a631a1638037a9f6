import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { METRICS, type Metric } from '../../lib/telemetry/metrics.ts'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { type OtlpReceiver, type ReceivedSeries, startOtlpReceiver } from '../support/otlp-receiver.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

const KINDS = { counter: 'sum', gauge: 'gauge', histogram: 'histogram' } as const

let receiver: OtlpReceiver
let pipeline: Pipeline
beforeAll(async () => {
  receiver = await startOtlpReceiver()
  pipeline = await startPipeline({
    env: {
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_METRIC_EXPORT_INTERVAL: '500' },
      ...{
        SWEEP_AGE_SECONDS: '0',
        PUBLISH_MILLISECONDS: '300',
        MYSQL_LOCK_WAIT_SECONDS: '1',
        RETRY_SECONDS: '10',
      },
    },
  })
  await openAccounts(pipeline, ['alice', 'bob'], '100')
  await doALittleOfEverything()
}, 60_000)
afterAll(async () => {
  await closePipelines()
  await receiver.close()
})

async function pay(...amounts: (readonly [transactionId: string, amount: string])[]): Promise<void> {
  const transactions = amounts.map(([transactionId, amount]) => ({
    ...{ transactionId, sourceAccountId: 'alice', destinationAccountId: 'bob', amount },
  }))
  const { status } = await pipeline.call('ingest', 'POST', '/api/v1/transactions/batch', { transactions })
  expect(status).toBe(202)
}

const read = (path: string) => pipeline.call('status', 'GET', path)

async function doALittleOfEverything(): Promise<void> {
  await pay(['paid', '1'], ['refused', '100000'])
  await allFinal(pipeline.db)
  await payBehindALock()
  await readInEveryWay()
  await decideWithPubsubAway()
  await pipeline.sweep()
}

/** A step that has to wait for another SQL transaction longer than it may is tried again. */
async function payBehindALock(): Promise<void> {
  await pipeline.db.transaction(async transaction => {
    await transaction.raw("SELECT 1 FROM accounts WHERE account_id = 'alice' FOR UPDATE")
    await pay(['behind', '1'])
    await until('the step is tried again', () =>
      pipeline.logLines.some(line => line.includes('drain step tried')),
    )
  })
  await allFinal(pipeline.db)
}

async function readInEveryWay(): Promise<void> {
  await until('a copy is read', async () => {
    const { status } = await read('/api/v1/transactions/paid/status')
    return status === 200 && (await pipeline.redis.exists('transaction:paid')) === 1
  })
  await read('/api/v1/transactions/paid/status')
  await pipeline.redis.del('balance:bob')
  await read('/api/v1/accounts/bob/balance')
  // What is no string, no read can have.
  await pipeline.redis.del('balance:alice')
  await pipeline.redis.lpush('balance:alice', 'no copy')
  await read('/api/v1/accounts/alice/balance')
  await pipeline.redis.del('balance:alice')
}

/** Neither the bell nor the result gets out; the sweeper finds both. */
async function decideWithPubsubAway(): Promise<void> {
  const token = await pipeline.token('settle-worker')
  await pipeline.stopPubsub()
  await pay(['unrung', '1'])
  const worker = pipeline.urls.get('worker') ?? ''
  const [[{ seq, group }]] = await pipeline.db.raw(
    "SELECT seq, ordering_group AS `group` FROM transactions WHERE transaction_id = 'unrung'",
  )
  const data = Buffer.from(JSON.stringify({ group, lastSeq: Number(seq) })).toString('base64')
  const { status } = await fetch(worker, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ message: { data, messageId: '1' }, subscription: 's' }),
  })
  expect(status).toBe(204)
  await pipeline.startPubsub()
}

function seriesOf(name: string): ReceivedSeries[] {
  return receiver.series().filter(series => series.name === name)
}

const METRIC_ROWS = Object.entries<Metric>(METRICS)

test.each(METRIC_ROWS)(
  'carries %s, as the table has it',
  async (name, { kind, unit, about, attributes, from, bounds }) => {
    await until(`${name} has arrived, of what doALittleOfEverything does`, () => seriesOf(name).length > 0)
    for (const series of seriesOf(name)) {
      expect(series).toMatchObject({ kind: KINDS[kind], unit, description: about })
      expect(Object.keys(series.attributes).sort()).toEqual([...attributes].sort())
      expect(series.bounds).toEqual(bounds)
      if (from.length > 0) expect(from).toContain(series.service)
    }
  },
)

test('carries no metric that the table has not got', () => {
  expect(receiver.series().filter(({ name }) => !(name in METRICS))).toEqual([])
})

test('each has counted what was done', async () => {
  const value = (name: string, attributes: object = {}) =>
    seriesOf(name)
      .filter(series =>
        Object.entries(attributes).every(([key, wanted]) => series.attributes[key] === wanted),
      )
      .reduce((sum, series) => sum + (series.value ?? series.count ?? 0), 0)
  // Two opening balances, four payments; of six one was refused.
  await until('all is counted', () => value('settle.transactions.decided') === 6)
  expect(value('settle.transactions.accepted')).toBe(6)
  expect(value('settle.transactions.decided', { 'settle.status': 'COMPLETED', 'settle.reason': '' })).toBe(5)
  const refused = { 'settle.status': 'FAILED', 'settle.reason': 'insufficient_funds' }
  expect(value('settle.transactions.decided', refused)).toBe(1)
  expect(value('settle.transaction.duration')).toBe(6)
  expect(value('settle.flush.size')).toBe(3)
  expect(value('settle.step.size')).toBe(value('settle.step.duration'))
  expect(value('settle.retries', { 'settle.work': 'drain' })).toBeGreaterThan(0)
  expect(value('settle.bells.failed')).toBe(1)
  expect(value('settle.batches.untold', { 'settle.listener': 'results' })).toBeGreaterThan(0)
  for (const outcome of ['hit', 'miss', 'failed']) {
    expect(value('settle.cache.reads', { 'settle.outcome': outcome })).toBeGreaterThan(0)
  }
  await until('the sweep is told', () => seriesOf('settle.dead_letters').length > 0)
  expect(value('settle.pending.transactions')).toBe(0)
  const posted = { 'http.request.method': 'POST', 'http.response.status_code': 202 }
  expect(value('http.server.request.duration', posted)).toBe(3)
})
