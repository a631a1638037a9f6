import { gunzipSync } from 'node:zlib'
import { PubSub } from '@google-cloud/pubsub'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { drainStep } from '../../lib/drain/drain-step.ts'
import { type Consumer, consumeResults } from '../support/consumer.ts'
import { takeDeviations } from '../support/contract/under-contract.ts'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { resultsText } from '../support/results-text.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
let consumer: Consumer
beforeAll(async () => {
  pipeline = await startPipeline({ env: { SWEEP_AGE_SECONDS: '0', PUBLISH_MILLISECONDS: '2000' } })
  consumer = await consumeResults(pipeline)
  await openAccounts(pipeline, ['alice', 'bob'], '100')
})
afterAll(async () => {
  await consumer.close()
  await closePipelines()
})

async function post(body: object): Promise<void> {
  const answer = await pipeline.call('ingest', 'POST', '/api/v1/transactions/process', body)
  if (answer.status !== 202) throw new Error(JSON.stringify(answer))
  await allFinal(pipeline.db)
  await until('it is told', async () => {
    const [rows] = await pipeline.db.raw('SELECT 1 FROM outbox LIMIT 1')
    return rows.length === 0
  })
}

const pay = (transactionId: string, amount: number | string = 1, more: object = {}) =>
  post({ transactionId, sourceAccountId: 'alice', destinationAccountId: 'bob', amount, ...more })

test('tells a final transaction as a CloudEvent in a batch, as callers see it, digit for digit', async () => {
  await pay('paid', '10.50', { metadata: { vat: 1.1 }, timestamp: '2026-11-21T12:00:00Z' })
  await until('it is told', () => consumer.events().some(({ id }) => id === 'paid/COMPLETED'))
  const message = consumer.messages.find(({ data }) => data.toString().includes('"paid/COMPLETED"'))
  const [[head]] = await pipeline.db.raw(
    'SELECT number, hash FROM chain_links WHERE ordering_group = ? ORDER BY id DESC LIMIT 1',
    [message?.orderingKey ?? ''],
  )
  expect(message?.attributes).toEqual({
    'content-type': 'application/cloudevents-batch+json; charset=utf-8',
    chainnumber: head.number,
    chainhash: head.hash,
  })
  const { text: view } = await pipeline.call('status', 'GET', '/api/v1/transactions/paid')
  expect(message?.data.toString()).toContain(`"data":${view}}`)
  expect(view).toContain('"amount":10.50')
  const { finishedAt } = JSON.parse(view) as { finishedAt: string }
  expect(consumer.events().find(({ id }) => id === 'paid/COMPLETED')).toEqual({
    specversion: '1.0',
    id: 'paid/COMPLETED',
    source: '/settle/transactions',
    type: 'settle.transaction.completed',
    subject: 'paid',
    time: finishedAt,
    datacontenttype: 'application/json',
    dataschema: 'urn:settle:schema:transaction-results:1',
    partitionkey: message?.orderingKey,
    data: JSON.parse(view),
  })
})

test('tells a refusal, and each state a hold comes to: HELD, and then what a capture or a void made of it', async () => {
  await pay('refused', 100_000)
  await pay('captured', 5, { type: 'hold' })
  await post({ type: 'capture', transactionId: 'capture', parentTransactionId: 'captured', amount: 3 })
  await pay('voided', 5, { type: 'hold' })
  await post({ type: 'void', transactionId: 'void', parentTransactionId: 'voided' })
  const wanted = ['refused', 'captured', 'capture', 'voided', 'void']
  const seen = () => consumer.events().filter(({ subject }) => wanted.includes(String(subject)))
  await until('all is told', () => seen().length >= 7)
  expect(seen().map(({ id, type }) => `${id} ${type}`)).toEqual([
    'refused/FAILED settle.transaction.failed',
    'captured/HELD settle.transaction.held',
    'captured/COMPLETED settle.transaction.completed',
    'capture/COMPLETED settle.transaction.completed',
    'voided/HELD settle.transaction.held',
    'voided/VOIDED settle.transaction.voided',
    'void/COMPLETED settle.transaction.completed',
  ])
  const [, held, ended] = seen()
  expect(held).toMatchObject({ time: expect.any(String), data: { status: 'HELD' } })
  expect(ended).toMatchObject({ data: { status: 'COMPLETED', capturedAmount: 3, heldAt: held?.['time'] } })
  expect(ended?.['time']).not.toBe(held?.['time'])
})

test('compresses a message of many results, and says so', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `many-${index}`)
  const transactions = ids.map(transactionId => ({
    ...{ transactionId, sourceAccountId: 'alice', destinationAccountId: 'bob', amount: '0.01' },
  }))
  await pipeline.call('ingest', 'POST', '/api/v1/transactions/batch', { transactions })
  const told = () => consumer.events().filter(({ subject }) => ids.includes(String(subject)))
  await until('all are told', () => told().length >= ids.length)
  expect(told().map(({ subject }) => subject)).toEqual(ids)
  const compressed = consumer.messages.filter(({ attributes }) => 'content-encoding' in attributes)
  expect(compressed.length).toBeGreaterThan(0)
  for (const { data, attributes } of compressed) {
    expect(attributes).toMatchObject({
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
      'content-encoding': 'gzip',
    })
    expect(gunzipSync(data).length).toBeGreaterThanOrEqual(10_000)
  }
})

test('serves a schema that holds by itself, and that each message is valid by', async () => {
  const answer = await fetch(`${pipeline.urls.get('status')}/schemas/transaction-results.json`)
  expect(answer.headers.get('content-type')).toBe('application/schema+json')
  const schema = (await answer.json()) as { $id: string }
  // As a consumer does: strict, without anything else of ours.
  const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true })
  addFormats.default(ajv, ['date-time'])
  const validate = ajv.compile(schema)
  expect(consumer.messages.length).toBeGreaterThan(5)
  for (const message of consumer.messages) {
    expect([validate(JSON.parse(resultsText(message))), validate.errors]).toEqual([true, null])
  }
  const [event] = consumer.events()
  expect(schema.$id).toBe(event?.['dataschema'])
  expect(validate([{ ...event, id: 'without-a-status' }])).toBe(false)
  expect(validate([{ ...event, data: { ...(event?.['data'] as object), status: 'LOST' } }])).toBe(false)
  expect(validate([])).toBe(false)
})

test('sees a message that is not as it should be, whoever publishes it', async () => {
  const json = String(
    consumer.messages.find(({ data }) => data.toString().includes('"paid/COMPLETED"'))?.data,
  ).replaceAll('/settle/transactions', 'elsewhere')
  const client = new PubSub({ projectId: pipeline.projectId })
  await client.topic('transaction-results').publishMessage({ data: Buffer.from(json) })
  await client.close()
  expect(takeDeviations()).toEqual([
    'transaction-results content-type is undefined',
    'transaction-results /0/source: must be equal to constant ("/settle/transactions")',
  ])
  await until('it has come', () => consumer.events().some(({ source }) => source === 'elsewhere'))
  consumer.messages.splice(
    consumer.messages.findIndex(({ data }) => data.toString() === json),
    1,
  )
})

// Last, because Google's client in this process talks to the Pub/Sub that was started last.
test('tells a batch of any size in messages that fit, in order, and keeps little of it until then', async () => {
  const deaf = await startPipeline({ deaf: true, env: { SWEEP_AGE_SECONDS: '0' } })
  await deaf.call('accounts', 'POST', '/api/v1/accounts', {
    accountId: 'a',
    currency: 'USD',
    openingBalance: 1,
  })
  const metadata = JSON.stringify({ k: 'é'.repeat(2044) })
  const rows = Array.from({ length: 3000 }, (_, index) => [
    ...[`t${index}`, 5 + (index % 2), 'transfer', 'a', 'b', 1, metadata, '2026-01-01'],
  ])
  await deaf.db.raw(
    `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
       metadata, accepted_at) VALUES ?`,
    [rows as never],
  )
  const again = await consumeResults(deaf)
  await drainStep(deaf.db, { groups: [5, 6], withoutSources: [], limit: 10_000 }, new Date())
  const [kept] = await deaf.db.raw('SELECT LENGTH(payload) AS bytes FROM outbox ORDER BY id')
  // Which rows, and not what is in them: 12 MB here.
  expect(kept.map(({ bytes }: { bytes: string }) => Number(bytes) < 50_000)).toEqual([true])
  const { body } = await deaf.sweep()
  expect(body).toMatchObject({ toldBatches: 1 })
  const events = await again.told(3000)
  const [links] = await deaf.db.raw(
    'SELECT ordering_group, number, hash FROM chain_links ORDER BY ordering_group',
  )
  const heads = new Set(
    again.messages.map(({ orderingKey, attributes }) =>
      [orderingKey, attributes['chainnumber'], attributes['chainhash']].join(),
    ),
  )
  expect([...heads].sort()).toEqual(links.map((link: object) => Object.values(link).join()))
  for (const group of [5, 6]) {
    const told = events.filter(({ partitionkey }) => partitionkey === String(group))
    const accepted = rows.filter(row => row[1] === group)
    expect(told.map(({ subject }) => subject)).toEqual(accepted.map(([id]) => id))
  }
  expect(again.messages.filter(({ data }) => data.length > 5_000_000)).toEqual([])
  await again.close()
})
