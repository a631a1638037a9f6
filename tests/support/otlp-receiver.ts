import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as OTLP has it in JSON, its attributes as an object. */
export type ReceivedSpan = {
  readonly service: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status: { readonly code?: number; readonly message?: string }
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
}

/** A series of a metric, as it was sent last. */
export type ReceivedSeries = {
  readonly service: string
  readonly instance: string
  readonly name: string
  readonly unit: string
  readonly description: string
  readonly kind: 'sum' | 'gauge' | 'histogram'
  readonly temporality: number | undefined
  readonly isMonotonic: boolean | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  /** Of a sum or gauge. */
  readonly value: number | undefined
  /** Of a histogram. */
  readonly count: number | undefined
  readonly sum: number | undefined
  readonly bounds: readonly number[] | undefined
  readonly counts: readonly number[] | undefined
}

/** Takes OTLP over HTTP in JSON, as a collector does. */
export type OtlpReceiver = {
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  series(): ReceivedSeries[]
  readonly headers: readonly IncomingMessage['headers'][]
  /** What it answers from now on, or nothing; what it does not take, it forgets. */
  answer(status: number | undefined): void
  /** How many wait for an answer. */
  waiting(): number
  close(): Promise<void>
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const series = new Map<string, ReceivedSeries>()
  const headers: IncomingMessage['headers'][] = []
  let status: number | undefined = 200
  let waiting = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    headers.push(request.headers)
    if (status === undefined) {
      waiting += 1
      request.socket.once('close', () => {
        waiting -= 1
      })
      return
    }
    if (status === 200) {
      const body = JSON.parse(Buffer.concat(chunks).toString())
      if (request.url === '/v1/traces') spans.push(...readSpans(body))
      if (request.url === '/v1/metrics') for (const one of readSeries(body)) series.set(keyOf(one), one)
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    series: () => [...series.values()],
    headers,
    answer: next => {
      status = next
    },
    waiting: () => waiting,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a document whose form the tests are about
type Json = any

function readSpans({ resourceSpans }: Json): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }: Json) =>
    scopeSpans.flatMap(({ spans }: Json) =>
      spans.map((span: Json) => ({
        ...span,
        service: attributesOf(resource)['service.name'],
        attributes: attributesOf(span),
        links: (span.links ?? []).map(({ traceId, spanId }: Json) => ({ traceId, spanId })),
      })),
    ),
  )
}

function readSeries({ resourceMetrics }: Json): ReceivedSeries[] {
  return resourceMetrics.flatMap(({ resource, scopeMetrics }: Json) =>
    scopeMetrics.flatMap(({ metrics }: Json) =>
      metrics.flatMap((metric: Json) => seriesOf(resource, metric)),
    ),
  )
}

function seriesOf(resource: Json, metric: Json): ReceivedSeries[] {
  const kind = (['sum', 'gauge', 'histogram'] as const).find(one => one in metric) ?? 'sum'
  const { dataPoints, aggregationTemporality, isMonotonic } = metric[kind]
  const { 'service.name': service, 'service.instance.id': instance } = attributesOf(resource)
  return dataPoints.map((point: Json) => ({
    ...{ service, instance, kind, isMonotonic, temporality: aggregationTemporality },
    ...{ name: metric.name, unit: metric.unit, description: metric.description },
    attributes: attributesOf(point),
    value: point.asInt === undefined ? point.asDouble : Number(point.asInt),
    count: point.count === undefined ? undefined : Number(point.count),
    sum: point.sum,
    bounds: point.explicitBounds,
    counts: point.bucketCounts?.map(Number),
  }))
}

function attributesOf({ attributes = [] }: Json): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }: Json) => {
      const [[type, plain]] = Object.entries(value) as [[string, unknown]]
      return [key, type === 'intValue' ? Number(plain) : plain]
    }),
  )
}

function keyOf({ service, instance, name, attributes }: ReceivedSeries): string {
  return JSON.stringify([service, instance, name, attributes])
}
