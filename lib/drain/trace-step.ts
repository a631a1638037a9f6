import type { DecidedRecord } from '../mysql/decided-record.ts'
import type { StartSpan } from '../telemetry/span.ts'
import { readTraceparent, type TraceContext } from '../telemetry/trace-context.ts'

/** As many as one span can link to, and so many spans of a step: of a flood each hundredth tells as much. */
const MOST_TRACED = 128

/**
 * Says in the trace of each transaction that a step has applied it, of the first ones where there are very many; and of the step,
 * which has no parent, in which traces. Both link to each other. Answers what telling the batch is a part of; undefined if none of
 * it is traced.
 */
export function traceStep(
  startSpan: StartSpan,
  decided: readonly DecidedRecord[],
  beganAt: Date,
): TraceContext | undefined {
  const traced = decided.filter(({ traceparent }) => traceparent !== null).slice(0, MOST_TRACED)
  if (traced.length === 0) return undefined
  const parents = traced.map(({ traceparent }) => readTraceparent(traceparent))
  // Those of one request have one.
  const links = [...new Set(traced.map(({ traceparent }) => traceparent))].flatMap(
    traceparent => readTraceparent(traceparent) ?? [],
  )
  const attributes = { 'settle.transactions': decided.length }
  const step = startSpan({ name: 'drain', kind: 'internal', links, attributes, beganAt })
  for (const [index, { transactionId, status, orderingGroup, reason }] of traced.entries()) {
    const span = startSpan({
      name: 'apply',
      kind: 'internal',
      parent: parents[index],
      links: step.context ? [step.context] : [],
      attributes: {
        'settle.transaction.id': transactionId,
        'settle.group': orderingGroup,
        'settle.status': status,
        ...(reason !== null && { 'settle.reason': reason }),
      },
      beganAt,
    })
    span.end()
  }
  step.end()
  return step.context
}
