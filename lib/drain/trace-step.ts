import type { DecidedRecord } from '../mysql/decided-record.ts'
import type { StartSpan } from '../telemetry/span.ts'
import { linksTo, MOST_LINKS, readTraceparent, type TraceContext } from '../telemetry/trace-context.ts'

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
  const traced = decided.filter(({ traceparent }) => traceparent !== null).slice(0, MOST_LINKS)
  if (traced.length === 0) return undefined
  // Those of one request have one.
  const links = linksTo(traced.map(({ traceparent }) => traceparent))
  const attributes = { 'settle.transactions': decided.length }
  const step = startSpan({ name: 'drain', kind: 'internal', links, attributes, beganAt })
  for (const { transactionId, status, orderingGroup, reason, traceparent } of traced) {
    const span = startSpan({
      name: 'apply',
      kind: 'internal',
      parent: readTraceparent(traceparent),
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
