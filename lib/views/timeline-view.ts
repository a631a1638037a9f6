import type { TransactionRecord } from '../mysql/transaction-record.ts'
import type { BatchTimes } from '../redis/batch-times.ts'
import { readTraceparent } from '../telemetry/trace-context.ts'

/** It has happened, then; it will happen; or it has happened, and nobody knows any more when. */
type Step =
  | { readonly state: 'done'; readonly at: string }
  | { readonly state: 'waiting' }
  | { readonly state: 'unknown' }

/** What a transaction has gone through, as operators see it. */
export function timelineView(record: TransactionRecord, times: BatchTimes, isUntold: boolean): object {
  const { transactionId, status, type, orderingGroup, seq, decidedAt, finishedAt, reason } = record
  const isDecided = decidedAt !== null
  const { rungAt, beganAt, publishedAt, cachedAt, transactions } = times
  const traceId = readTraceparent(record.traceparent)?.traceId
  const isEndedHold = isDecided && finishedAt !== null && finishedAt !== decidedAt
  const toldAt = (at: string | undefined): Step => (isDecided ? step(at, isUntold) : { state: 'waiting' })
  return {
    transactionId,
    status,
    type,
    orderingGroup,
    seq,
    ...(traceId !== undefined && { traceId }),
    steps: [
      { step: 'accepted', state: 'done', at: record.acceptedAt },
      // An older bell was for others: this one was found beside them.
      { step: 'published', ...step(isAfter(rungAt, record.acceptedAt) ? rungAt : undefined, !isDecided) },
      {
        step: 'drained',
        ...step(beganAt, !isDecided),
        ...(transactions !== undefined && { batch: { group: orderingGroup, transactions } }),
      },
      isDecided
        ? {
            step: 'decided',
            state: 'done',
            at: decidedAt,
            status: isEndedHold ? 'HELD' : status,
            ...(reason !== null && !isEndedHold && { reason }),
          }
        : { step: 'decided', state: 'waiting' },
      { step: 'told', ...toldAt(publishedAt) },
      { step: 'cached', ...toldAt(cachedAt) },
      ...(isEndedHold ? [{ step: 'ended', state: 'done', at: finishedAt, status }] : []),
    ],
  }
}

function step(at: string | undefined, isAhead: boolean): Step {
  if (at !== undefined) return { state: 'done', at }
  return { state: isAhead ? 'waiting' : 'unknown' }
}

function isAfter(time: string | undefined, other: string): boolean {
  return time !== undefined && Date.parse(time) >= Date.parse(other)
}
