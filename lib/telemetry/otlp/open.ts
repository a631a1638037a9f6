import { setTimeout as pause } from 'node:timers/promises'
import { DiagLogLevel, diag } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Logger } from '../../log/logger.ts'
import { Tally } from '../tally.ts'
import type { ExportedTelemetry, TelemetryConfig } from '../telemetry.ts'
import { LinkedSampler } from './linked-sampler.ts'
import { spanStarter } from './start-span.ts'
import { tallyProducer } from './tally-producer.ts'

/** With the collector away the exporters try for 10 s, the whole time that Cloud Run gives a process to end. */
const CLOSE_MILLISECONDS = 3000

/**
 * Opens telemetry that is sent over OTLP: metrics as the tally has them, and spans. What cannot be sent is dropped, and logged: work
 * never waits for it. Headers, certificates and the like the exporters read from their own OTEL_… variables.
 */
export function exportTelemetry(
  functionName: string,
  config: TelemetryConfig,
  log: Logger,
): ExportedTelemetry {
  const { otlpEndpoint, traceRatio, metricMilliseconds, instanceId, now } = config
  sayFaults(log)
  const place = (signal: string) => ({ url: `${otlpEndpoint.replace(/\/$/, '')}/v1/${signal}` })
  const resource = resourceFromAttributes({
    'service.namespace': 'settle',
    'service.name': functionName,
    'service.instance.id': instanceId,
  })
  const tally = new Tally()
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(place('metrics')),
    exportIntervalMillis: metricMilliseconds,
    exportTimeoutMillis: Math.min(metricMilliseconds, 30_000),
  })
  reader.setMetricProducer(tallyProducer(tally, resource, now))
  const provider = new TracerProvider({
    resource,
    sampler: new LinkedSampler(new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(traceRatio) })),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(place('traces')) })],
  })
  return {
    tally,
    startSpan: spanStarter(provider.getTracer('settle')),
    close: async () => {
      // What cannot be sent any more has been logged; the function has done its work.
      const sent = Promise.allSettled([reader.shutdown(), provider.shutdown()])
      await Promise.race([sent, pause(CLOSE_MILLISECONDS, undefined, { ref: false })])
    },
  }
}

/** Where the library would say nothing: nobody would know why nothing arrives. */
function sayFaults(log: Logger): void {
  const say = (text: string, ...details: unknown[]) =>
    log.warn({ error: [messageOf(text), ...details.map(String)].join(' ') }, 'telemetry has a fault')
  const quiet = () => undefined
  diag.setLogger(
    { error: say, warn: say, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
}

/** The library gives an error as JSON, with its stack: of that, what it says. */
function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? text)
  } catch {
    return text
  }
}
