import { randomBytes } from 'node:crypto'
import { type Message, PubSub } from '@google-cloud/pubsub'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Consumer, consumeResults } from '../support/consumer.ts'
import { allFinal, openAccounts } from '../support/ledger.ts'
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts'
import {
  closePipelines,
  type Pipeline,
  type PipelineOptions,
  send,
  startPipeline,
} from '../support/pipeline.ts'
import { until } from '../support/until.ts'

const PROCESS = '/api/v1/transactions/process'
const [SERVER, PRODUCER, CONSUMER] = [2, 4, 5]

let receiver: OtlpReceiver
beforeAll(async () => {
  receiver = await startOtlpReceiver()
})
afterAll(async () => {
  await closePipelines()
  await receiver.close()
})

/** All functions, which begin no trace themselves, and send what others have begun. */
async function tracingPipeline(options: PipelineOptions = {}, to = receiver): Promise<Pipeline> {
  const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: to.url, OTEL_TRACES_SAMPLER_ARG: '0' }
  const env = { SWEEP_AGE_SECONDS: '0', PUBLISH_MILLISECONDS: '2000', ...tracing, ...options.env }
  const pipeline = await startPipeline({ logLevel: 'info', ...options, env })
  await openAccounts(pipeline, ['alice', 'bob'], '100')
  return pipeline
}

type Caller = { readonly traceId: string; readonly spanId: string; readonly traceparent: string }

function newCaller(flags = '01'): Caller {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')]
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` }
}

async function pay(pipeline: Pipeline, transactionId: string, traceparent?: string): Promise<void> {
  const request = { transactionId, sourceAccountId: 'alice', destinationAccountId: 'bob', amount: '1' }
  const headers = traceparent === undefined ? {} : { traceparent }
  const answer = await send('POST', `${pipeline.urls.get('ingest')}${PROCESS}`, request, headers)
  expect(answer.status).toBe(202)
}

/** A span of this name that is in the trace, or links to it. */
async function spanOf({ traceId }: Caller, name: string): Promise<ReceivedSpan> {
  const find = () =>
    receiver.spans.find(
      span =>
        span.name === name && (span.traceId === traceId || span.links.some(link => link.traceId === traceId)),
    )
  await until(`the span ${name} arrives`, () => find() !== undefined)
  return find() as ReceivedSpan
}

const placeOf = ({ traceId, spanId }: ReceivedSpan) => ({ traceId, spanId })
const traceparentOf = ({ traceId, spanId }: ReceivedSpan) => `00-${traceId}-${spanId}-01`

async function rowOf(pipeline: Pipeline, transactionId: string): Promise<string | null> {
  const [row] = await pipeline.db('transactions').where({ transaction_id: transactionId })
  return row.traceparent
}

async function eventOf(consumer: Consumer, transactionId: string) {
  const find = () => consumer.events().find(({ subject }) => subject === transactionId)
  await until(`the result of ${transactionId} is told`, () => find() !== undefined)
  return find()
}

/** What a step did for a transaction that was accepted in this span, and told; and that all is of one trace. */
async function expectDrained(
  pipeline: Pipeline,
  caller: Caller,
  accepted: ReceivedSpan,
  transactionId: string,
) {
  const drain = await spanOf(caller, 'drain')
  expect(drain.parentSpanId ?? '').toBe('')
  expect(drain.traceId).not.toBe(caller.traceId)
  expect(drain).toMatchObject({ links: [placeOf(accepted)], attributes: { 'settle.transactions': 1 } })
  expect(await spanOf(caller, 'apply')).toMatchObject({
    ...{ service: 'worker', traceId: caller.traceId, parentSpanId: accepted.spanId, links: [placeOf(drain)] },
    attributes: { 'settle.transaction.id': transactionId, 'settle.status': 'COMPLETED' },
  })
  expect(await rowOf(pipeline, transactionId)).toBe(traceparentOf(accepted))
  return drain
}

async function expectSent(drain: ReceivedSpan): Promise<void> {
  const ofDrain = () => receiver.spans.find(({ parentSpanId }) => parentSpanId === drain.spanId)
  await until('the span of the result arrives', () => ofDrain() !== undefined)
  expect(ofDrain()).toMatchObject({
    ...{ name: 'send transaction-results', kind: PRODUCER, traceId: drain.traceId },
    status: { code: 0 },
  })
}

test('one trace goes from the request through bell, step and result to whoever hears of it', async () => {
  const pipeline = await tracingPipeline()
  const client = new PubSub({ projectId: pipeline.projectId })
  const [bells] = await client.topic('transactions-pending').createSubscription('listener')
  const heard: Message[] = []
  bells.on('message', message => {
    heard.push(message)
    message.ack()
  })
  const consumer = await consumeResults(pipeline)
  const caller = newCaller()
  await pay(pipeline, 'traced', caller.traceparent)
  await allFinal(pipeline.db)

  const server = await spanOf(caller, `POST ${PROCESS}`)
  expect(server).toMatchObject({
    ...{ service: 'ingest', kind: SERVER, traceId: caller.traceId, parentSpanId: caller.spanId },
    attributes: { 'http.request.method': 'POST', 'http.route': PROCESS, 'http.response.status_code': 202 },
  })
  const flush = await spanOf(caller, 'flush')
  expect(flush).toMatchObject({ service: 'ingest', links: [placeOf(server)] })
  expect(flush.parentSpanId ?? '').toBe('')
  await until('the bell is heard', () => heard.length > 0)
  expect(heard.at(-1)?.attributes).toMatchObject({ traceparent: traceparentOf(server) })
  expect(await spanOf(caller, 'process transactions-pending')).toMatchObject({
    ...{ service: 'worker', kind: CONSUMER, traceId: caller.traceId, parentSpanId: server.spanId },
    attributes: {
      ...{ 'messaging.system': 'gcp_pubsub', 'messaging.destination.name': 'transactions-pending' },
      'messaging.message.id': expect.any(String),
    },
  })
  await expectSent(await expectDrained(pipeline, caller, server, 'traced'))
  expect(await eventOf(consumer, 'traced')).toMatchObject({ traceparent: traceparentOf(server) })
  await bells.close()
  await client.close()
  await consumer.close()
})

test('the trace of an event goes on from its attribute, and is in the lines about it', async () => {
  const pipeline = await tracingPipeline()
  const consumer = await consumeResults(pipeline)
  const caller = newCaller()
  const client = new PubSub({ projectId: pipeline.projectId })
  const event = {
    ...{ transactionId: 'event', sourceAccountId: 'alice', destinationAccountId: 'bob', amount: '1' },
  }
  await client.topic('transactions').publishMessage({
    json: [event, { ...event, transactionId: 'invalid', amount: '-1' }],
    attributes: { traceparent: caller.traceparent },
  })
  const taken = await spanOf(caller, 'process transactions')
  expect(taken).toMatchObject({ service: 'ingest', kind: CONSUMER, parentSpanId: caller.spanId })
  expect(await spanOf(caller, 'flush')).toMatchObject({ links: [placeOf(taken)] })
  await expectSent(await expectDrained(pipeline, caller, taken, 'event'))
  expect(await eventOf(consumer, 'event')).toMatchObject({ traceparent: traceparentOf(taken) })
  const line = pipeline.logLines.find(text => text.includes('event refused'))
  expect(JSON.parse(line ?? '')).toMatchObject({
    'logging.googleapis.com/trace': caller.traceId,
    'logging.googleapis.com/spanId': taken.spanId,
    'logging.googleapis.com/trace_sampled': true,
  })
  // A batch is no trace's own.
  const drained = pipeline.logLines.filter(text => text.includes('"drained"'))
  expect(drained.length).toBeGreaterThan(0)
  expect(drained.filter(text => text.includes('/trace'))).toEqual([])
  await client.close()
  await consumer.close()
})

test('a trace survives a worker that never hears the bell, and a result that is told by the sweeper', async () => {
  const pipeline = await tracingPipeline({
    ...{ deaf: true, env: { LOOK_MILLISECONDS: '20', PUBLISH_MILLISECONDS: '200' } },
  })
  await pipeline.stopPubsub()
  const caller = newCaller()
  await pay(pipeline, 'unrung', caller.traceparent)
  await allFinal(pipeline.db)
  const server = await spanOf(caller, `POST ${PROCESS}`)
  await expectDrained(pipeline, caller, server, 'unrung')
  expect(
    receiver.spans.filter(({ traceId, kind }) => traceId === caller.traceId && kind === CONSUMER),
  ).toEqual([])
  const failed = () =>
    receiver.spans.find(({ name, status }) => name.startsWith('send ') && status.code === 2)
  await until('that it was not told is seen', () => failed() !== undefined)

  await pipeline.startPubsub()
  const consumer = await consumeResults(pipeline)
  await until('the sweeper has told it', async () => (await pipeline.sweep()).body['outbox'] === 0)
  expect(await eventOf(consumer, 'unrung')).toMatchObject({ traceparent: traceparentOf(server) })
  await consumer.close()
})

test('an event that is replayed is in the trace of whoever replays it', async () => {
  const pipeline = await tracingPipeline()
  const client = new PubSub({ projectId: pipeline.projectId })
  const early = { type: 'reversal', transactionId: 'early', parentTransactionId: 'late' }
  await client.topic('transactions').publishMessage({ json: early })
  const letters = async () =>
    (await pipeline.call('dead-letter', 'GET', '/api/v1/dead-letters')).body['deadLetters']
  await until('it is refused', async () => ((await letters()) as unknown[]).length === 1)
  await pay(pipeline, 'late')
  await allFinal(pipeline.db)
  const [letter] = (await letters()) as { deadLetterId: string }[]
  const path = `/api/v1/dead-letters/${letter?.deadLetterId}/replay`
  const caller = newCaller()
  const url = `${pipeline.urls.get('dead-letter')}${path}`
  expect((await send('POST', url, undefined, { traceparent: caller.traceparent })).status).toBe(202)
  const server = await spanOf(caller, 'POST /api/v1/dead-letters/{deadLetterId}/replay')
  const taken = await spanOf(caller, 'process transactions')
  expect(taken).toMatchObject({ parentSpanId: server.spanId })
  await expectDrained(pipeline, caller, taken, 'early')
  await client.close()
})

test('where nothing is sent a trace goes through all the same; the same request in another trace is the same', async () => {
  const pipeline = await tracingPipeline({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: '' } })
  const consumer = await consumeResults(pipeline)
  const [caller, again] = [newCaller(), newCaller()]
  await pay(pipeline, 'through', caller.traceparent)
  await pay(pipeline, 'through', again.traceparent)
  expect(await rowOf(pipeline, 'through')).toBe(caller.traceparent)
  expect(await eventOf(consumer, 'through')).toMatchObject({ traceparent: caller.traceparent })
  await consumer.close()
})

test('of what nobody records nothing is sent, and its rows have no trace; a caller that says no is respected', async () => {
  const silent = await startOtlpReceiver()
  const pipeline = await tracingPipeline({}, silent)
  const caller = newCaller('00')
  await pay(pipeline, 'untraced')
  await pay(pipeline, 'unwanted', caller.traceparent)
  await allFinal(pipeline.db)
  expect(await rowOf(pipeline, 'untraced')).toBeNull()
  expect(await rowOf(pipeline, 'unwanted')).toBeNull()
  // It sends what is left.
  await closePipelines()
  expect(silent.headers.length).toBeGreaterThan(0)
  expect(silent.spans).toEqual([])
  await silent.close()
})
