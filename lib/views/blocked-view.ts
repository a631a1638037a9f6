import { moneyJson } from '../http/json.ts'
import type { Blocked } from '../mysql/find-blocked.ts'

/** A blocked transaction as operators see it: what it is, its last error, and how many wait behind it. */
export function blockedView({ record, queuedBehind }: Blocked): Record<string, unknown> {
  return {
    transactionId: record.transactionId,
    type: record.type,
    sourceAccountId: record.sourceAccountId,
    destinationAccountId: record.destinationAccountId,
    amount: moneyJson(record.amount),
    ...(record.currency !== null && { currency: record.currency }),
    acceptedAt: record.acceptedAt,
    detail: record.lastError ?? 'failed by itself',
    attempts: record.failureCount,
    queuedBehind,
  }
}
