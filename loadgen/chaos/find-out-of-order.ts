import type { LedgerRow } from './read-ledger.ts'

/** What callers know of the order in which they sent. */
export type SendingOrder = {
  /** NaN for what was never answered. */
  answeredMsOf(index: number): number
  sentMsOf(index: number): number
}

/**
 * The pairs of a source of which the later was applied first, in words. One is later than another when it has a later `seq`, and also
 * when its caller sent it after the other had been answered: that is all a caller can know.
 */
export function findOutOfOrder(rows: readonly LedgerRow[], order: SendingOrder): string[] {
  const applied = rows.filter(({ sourceVersion }) => sourceVersion > 0)
  const sources = Map.groupBy(applied, ({ sourceId }) => sourceId)
  return [...sources].flatMap(([source, its]) => {
    const byVersion = its.toSorted((a, b) => b.sourceVersion - a.sourceVersion)
    return outOfOrder(byVersion, order).map(
      ([early, late]) => `${source}: transfer ${late.index} was applied before ${early.index}`,
    )
  })
}

/** Goes from the last that was applied to the first, and keeps what should have been the earliest of those behind. */
function outOfOrder(
  backwards: readonly LedgerRow[],
  order: SendingOrder,
): (readonly [LedgerRow, LedgerRow])[] {
  const found: (readonly [LedgerRow, LedgerRow])[] = []
  let lowest: LedgerRow | undefined
  let answered: LedgerRow | undefined
  for (const row of backwards) {
    if (lowest !== undefined && row.seq > lowest.seq) found.push([lowest, row])
    else if (answered !== undefined && order.sentMsOf(row.index) > order.answeredMsOf(answered.index))
      found.push([answered, row])
    if (lowest === undefined || row.seq < lowest.seq) lowest = row
    const answeredMs = order.answeredMsOf(row.index)
    if (Number.isNaN(answeredMs)) continue
    if (answered === undefined || answeredMs < order.answeredMsOf(answered.index)) answered = row
  }
  return found
}
