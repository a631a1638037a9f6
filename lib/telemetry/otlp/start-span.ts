import {
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { SpanStart, StartSpan } from '../span.ts'
import type { TraceContext } from '../trace-context.ts'

const KINDS = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  producer: SpanKind.PRODUCER,
  internal: SpanKind.INTERNAL,
}

/** Starts spans with a tracer; what they are a part of is said, never looked up. */
export function spanStarter(tracer: Tracer): StartSpan {
  return ({ name, kind, parent, links = [], attributes = {}, beganAt }: SpanStart) => {
    const context =
      parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, toSpanContext(parent))
    const options = {
      kind: KINDS[kind],
      attributes,
      links: links.map(link => ({ context: toSpanContext(link) })),
      ...(beganAt && { startTime: beganAt }),
    }
    const span = tracer.startSpan(name, options, context)
    return {
      context: toTraceContext(span.spanContext()),
      end: (more = {}, error) => {
        span.setAttributes(more)
        if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) })
        span.end()
      },
    }
  }
}

function toSpanContext({ traceId, spanId, isSampled }: TraceContext): SpanContext {
  return { traceId, spanId, isRemote: true, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE }
}

function toTraceContext({ traceId, spanId, traceFlags }: SpanContext): TraceContext {
  return { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }
}
