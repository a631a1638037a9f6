import type { SqlTransaction } from '../mysql/connect.ts'
import type { DecidedRecord } from '../mysql/decided-record.ts'
import { findHeads } from '../mysql/find-heads.ts'
import { insertLinks } from '../mysql/insert-links.ts'
import { beginning, type Cover, cover, type Head, linkBehind } from './link.ts'

/** What a step has decided, by group. */
export function coverGroups(decided: readonly DecidedRecord[]): Cover[] {
  const groups = [...Map.groupBy(decided, ({ orderingGroup }) => orderingGroup)]
  return groups.sort(([one], [other]) => one - other).map(([group, records]) => cover(group, records))
}

/**
 * Chains what a step has decided to what was decided before it, a link for each group, and answers the new heads. To be called
 * when all locks are held: of two SQL transactions that settle one group at once, over different rows, the later fails as
 * transient at the number that both give, and is done again behind the other.
 */
export async function extendChains(
  transaction: SqlTransaction,
  covers: readonly Cover[],
  now: Date,
): Promise<Head[]> {
  if (covers.length === 0) return []
  const heads = await findHeads(
    transaction,
    covers.map(({ orderingGroup }) => orderingGroup),
  )
  const links = covers.map(own =>
    linkBehind(heads.get(own.orderingGroup) ?? beginning(own.orderingGroup), own),
  )
  await insertLinks(transaction, links, now)
  return links.map(({ orderingGroup, number, hash }) => ({ orderingGroup, number, hash }))
}
