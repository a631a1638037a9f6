import type { BatchTimes, BatchTimesStore } from '../redis/batch-times.ts'
import type { Untold } from './keep-untold.ts'

/** Keeps, for operators, when a batch went through what. Nobody waits for it, and it may be lost. */
export function keepTimes(
  { batchTimes }: { readonly batchTimes: BatchTimesStore },
  { batch, times }: Untold,
  happened: BatchTimes,
): void {
  const { decidedAt, transactions } = batch
  if (decidedAt === undefined) return
  const groups = new Set(transactions.map(({ orderingGroup }) => orderingGroup))
  const keys = [...groups].map(group => ({ group, decidedAt }))
  batchTimes.write(keys, { ...times, ...happened }).catch(() => undefined)
}
