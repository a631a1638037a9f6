import type { Database } from '../../lib/mysql/connect.ts'
import { isDuplicateEntry } from '../../lib/mysql/errors.ts'
import { findTransactions } from '../../lib/mysql/find-transactions.ts'
import { insertTransactions } from '../../lib/mysql/insert-transactions.ts'
import { type Acceptance, acceptanceOf, findFault, firstOfEach, type Refusal } from './acceptance.ts'
import type { Resolved } from './resolve-follow-ups.ts'

/** Nothing was stored, and these are why, each by its place in the batch. */
export type AllRefused = { readonly refused: readonly { readonly index: number; readonly kind: Refusal }[] }

/** Stores transactions as PENDING, all that are new in one statement, or none if one of the batch is refused. */
export async function storeAll(
  db: Database,
  transactions: readonly Resolved[],
  now: Date,
): Promise<Acceptance[] | AllRefused> {
  const firsts = firstOfEach(transactions)
  for (let knownBefore = -1; ; ) {
    const records = await findTransactions(db, [...firsts.keys()])
    const known = new Map(records.map(record => [record.transactionId as string, record]))
    const refused = transactions.flatMap((transaction, index) => {
      const kind = findFault(transaction, { firsts, known })
      return kind === undefined ? [] : [{ index, kind }]
    })
    if (refused.length > 0) return { refused }
    const fresh = [...firsts.values()].filter(({ transactionId }) => !known.has(transactionId))
    try {
      const inserted = fresh.length === 0 ? [] : await insertTransactions(db, fresh, now)
      const seqs = new Map(inserted.map((seq, index) => [fresh[index]?.transactionId as string, seq]))
      return transactions.map(transaction => acceptanceOf(transaction, { firsts, known, seqs }))
    } catch (error) {
      // Someone stored one of them meanwhile, so more are known the next time; if not, trying again would never end.
      if (!isDuplicateEntry(error) || known.size <= knownBefore) throw error
      knownBefore = known.size
    }
  }
}
