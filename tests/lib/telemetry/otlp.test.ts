import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createLogger } from '../../../lib/log/logger.ts'
import { METRICS } from '../../../lib/telemetry/metrics.ts'
import { openTelemetry } from '../../../lib/telemetry/open-telemetry.ts'
import type { ExportedTelemetry } from '../../../lib/telemetry/telemetry.ts'
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.ts'
import { until } from '../../support/until.ts'

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', isSampled: true }
const unrecorded = { ...CALLER, isSampled: false }

let receiver: OtlpReceiver
let logged: string[]
const open: ExportedTelemetry[] = []
beforeEach(async () => {
  receiver = await startOtlpReceiver()
  logged = []
})
afterEach(async () => {
  for (const telemetry of open.splice(0)) await telemetry.close()
  await receiver.close()
})

async function telemetryOf(
  over: { traceRatio?: number; otlpEndpoint?: string; metricMilliseconds?: number } = {},
) {
  const log = createLogger('worker', 'info', { write: line => void logged.push(line) })
  const telemetry = await openTelemetry(
    'worker',
    {
      ...{ otlpEndpoint: receiver.url, traceRatio: 0, metricMilliseconds: 100, ...over },
      instanceId: 'one',
      now: () => new Date(),
    },
    log,
  )
  open.push(telemetry)
  return telemetry
}

test('metrics arrive with their names, units, kinds and attributes, and what they have come to since the beginning', async () => {
  const { tally } = await telemetryOf()
  const retries = tally.counter('settle.retries', { 'settle.work': 'drain' })
  retries.add(2)
  tally.gauge('settle.pending.age', {}).set(1.5)
  const sizes = tally.histogram('settle.step.size', {})
  for (const size of [1, 2, 2, 7, 5000]) sizes.record(size)
  const named = (name: string) => receiver.series().find(one => one.name === name)
  await until('they have arrived', () => receiver.series().length === 3)
  const from = { service: 'worker', instance: 'one' }
  expect(named('settle.retries')).toMatchObject({
    ...from,
    ...{ kind: 'sum', unit: '{retry}', isMonotonic: true, temporality: 2, value: 2 },
    ...{ attributes: { 'settle.work': 'drain' }, description: METRICS['settle.retries'].about },
  })
  expect(named('settle.pending.age')).toMatchObject({ ...from, kind: 'gauge', unit: 's', value: 1.5 })
  expect(named('settle.step.size')).toMatchObject({
    ...from,
    ...{ kind: 'histogram', unit: '{transaction}', temporality: 2, count: 5, sum: 5012 },
    bounds: METRICS['settle.step.size'].bounds,
    counts: [1, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  })
  retries.add(3)
  await until('it has grown', () => named('settle.retries')?.value === 5)
})

test('a gauge that nobody has set is not sent', async () => {
  const { tally } = await telemetryOf()
  tally.gauge('settle.pending.age', {})
  tally.gauge('settle.dead_letters', {}).set(0)
  await until('something has arrived', () => receiver.series().length > 0)
  expect(receiver.series().map(({ name, value }) => [name, value])).toEqual([['settle.dead_letters', 0]])
})

test('spans arrive with what they are a part of, what they link to, when they began and how they ended', async () => {
  const telemetry = await telemetryOf()
  const beganAt = new Date('2026-11-22T12:00:00.125Z')
  const server = telemetry.startSpan({ name: 'POST /', kind: 'server', parent: CALLER })
  const step = telemetry.startSpan({
    ...{ name: 'drain', kind: 'internal', links: [CALLER], beganAt },
    attributes: { 'settle.transactions': 3 },
  })
  step.end()
  telemetry.startSpan({ name: 'send x', kind: 'producer', parent: step.context }).end({}, new Error('away'))
  server.end({ 'http.response.status_code': 204 })
  await telemetry.close()
  const [drain, send, post] = receiver.spans
  expect(post).toMatchObject({
    ...{ service: 'worker', name: 'POST /', kind: 2, traceId: CALLER.traceId, parentSpanId: CALLER.spanId },
    ...{ attributes: { 'http.response.status_code': 204 }, status: { code: 0 }, links: [] },
  })
  expect(post).toMatchObject({ spanId: server.context?.spanId })
  expect(drain).toMatchObject({
    ...{ name: 'drain', kind: 1, attributes: { 'settle.transactions': 3 } },
    links: [{ traceId: CALLER.traceId, spanId: CALLER.spanId }],
    startTimeUnixNano: `${beganAt.getTime()}000000`,
  })
  expect(drain?.parentSpanId ?? '').toBe('')
  expect(drain?.traceId).not.toBe(CALLER.traceId)
  expect(send).toMatchObject({
    ...{ name: 'send x', kind: 4, traceId: drain?.traceId, parentSpanId: drain?.spanId },
    status: { code: 2, message: 'Error: away' },
  })
})

test.each([
  ['of no trace', {}, false],
  ['that links to a trace which is recorded', { links: [unrecorded, CALLER] }, true],
  ['that links to one which is not', { links: [unrecorded] }, false],
  ['in a trace that its caller records', { parent: CALLER }, true],
  ['in a trace that its caller does not record', { parent: unrecorded }, false],
  ['in one that is not recorded, with a link to one that is', { parent: unrecorded, links: [CALLER] }, false],
])('with a ratio of 0, work %s is recorded: %#', async (_, start, isRecorded) => {
  const telemetry = await telemetryOf({ traceRatio: 0 })
  const span = telemetry.startSpan({ name: 'x', kind: 'internal', ...start })
  expect(span.context?.isSampled).toBe(isRecorded)
  span.end()
  await telemetry.close()
  expect(receiver.spans).toHaveLength(isRecorded ? 1 : 0)
})

test('with a ratio of 1 all is recorded but what a caller does not want to be', async () => {
  const telemetry = await telemetryOf({ traceRatio: 1 })
  telemetry.startSpan({ name: 'begins', kind: 'server' }).end()
  telemetry.startSpan({ name: 'unwanted', kind: 'server', parent: unrecorded }).end()
  await telemetry.close()
  expect(receiver.spans.map(({ name }) => name)).toEqual(['begins'])
})

test('a collector that answers 500 is logged, and gets everything once it is well', async () => {
  receiver.answer(500)
  const { tally } = await telemetryOf()
  tally.counter('settle.bells.failed', {}).add(4)
  const refused = () => logged.find(line => line.includes('Internal Server Error')) ?? ''
  await until('it is logged', () => refused() !== '')
  expect(JSON.parse(refused())).toMatchObject({
    ...{ severity: 'WARNING', function: 'worker', message: 'telemetry has a fault' },
    error: expect.stringMatching(/^[^{]*metrics export failed/),
  })
  receiver.answer(200)
  await until('it has arrived', () => receiver.series().some(({ value }) => value === 4))
})

test('a collector that is away harms nothing: work goes on, and what could not be sent is logged', async () => {
  const telemetry = await telemetryOf({ otlpEndpoint: 'http://127.0.0.1:1' })
  telemetry.startSpan({ name: 'x', kind: 'server', parent: CALLER }).end()
  telemetry.tally.counter('settle.bells.failed', {}).add(1)
  await expect(telemetry.close()).resolves.toBeUndefined()
  await until('it is logged', () => logged.length > 0)
})

test('a collector that does not answer keeps no process from ending', async () => {
  receiver.answer(undefined)
  const telemetry = await telemetryOf({ metricMilliseconds: 60_000 })
  telemetry.startSpan({ name: 'x', kind: 'server', parent: CALLER }).end()
  await telemetry.close()
  // The exporters would go on waiting. By the time that this is answered, it is known here who does not wait any more.
  receiver.answer(404)
  expect((await fetch(receiver.url)).status).toBe(404)
  expect(receiver.waiting()).toBeGreaterThan(0)
})

test('headers come from the variable of OpenTelemetry, and are not logged', async () => {
  process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'authorization=Bearer%20secret'
  try {
    const { tally } = await telemetryOf({ otlpEndpoint: `${receiver.url}/` })
    tally.counter('settle.bells.failed', {}).add(1)
    await until('it has arrived', () => receiver.series().length > 0)
    expect(receiver.headers.at(-1)).toMatchObject({ authorization: 'Bearer secret' })
    receiver.answer(500)
    await until('a fault is logged', () => logged.length > 0)
    expect(logged.join('')).not.toContain('secret')
  } finally {
    delete process.env['OTEL_EXPORTER_OTLP_HEADERS']
  }
})

test('without an endpoint nothing is sent, and a trace goes through as it came', async () => {
  const telemetry = await telemetryOf({ otlpEndpoint: '' })
  expect(telemetry.startSpan({ name: 'x', kind: 'server', parent: CALLER }).context).toEqual(CALLER)
  expect(telemetry.startSpan({ name: 'x', kind: 'server' }).context).toBeUndefined()
  await telemetry.close()
  expect(receiver.headers).toEqual([])
})
