import type { Caller } from '../../lib/auth/caller.ts'
import type { Ownership } from '../../lib/auth/ownership.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { noTransaction } from '../../lib/http/not-found.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { findTransactions } from '../../lib/mysql/find-transactions.ts'
import { isUntold } from '../../lib/mysql/outbox.ts'
import { retry } from '../../lib/mysql/retry.ts'
import type { TransactionRecord } from '../../lib/mysql/transaction-record.ts'
import { isId } from '../../lib/openapi/is-id.ts'
import type { BatchTimes, BatchTimesStore } from '../../lib/redis/batch-times.ts'
import { timelineView } from '../../lib/views/timeline-view.ts'

export type TimelineSources = {
  readonly db: Database
  readonly ownership: Ownership
  readonly batchTimes: BatchTimesStore
  readonly retrySeconds: number
}

/** Answers what a transaction has gone through, and when; to whom one side of it at least belongs. */
export async function showTimeline(
  sources: TimelineSources,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const { transactionId = '' } = request.params
  const { db, ownership } = sources
  const [record] = isId(transactionId)
    ? await retry(sources, 'timeline', () => findTransactions(db, [transactionId]))
    : []
  const sides = record === undefined ? [] : [record.sourceAccountId, record.destinationAccountId]
  const own = await ownership.ownAccounts(caller, sides)
  if (record === undefined || own.size === 0) return noTransaction(transactionId)
  const times = await readTimes(sources, record)
  const isLeft = await retry(sources, 'timeline', () => isUntold(db, record))
  return { status: 200, body: timelineView(record, times, isLeft) }
}

/** A cache that fails knows nothing. */
async function readTimes(
  { batchTimes }: TimelineSources,
  { orderingGroup, decidedAt }: TransactionRecord,
): Promise<BatchTimes> {
  if (decidedAt === null) return {}
  return await batchTimes.read({ group: orderingGroup, decidedAt }).catch(() => ({}))
}
