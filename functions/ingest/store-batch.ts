import type { Database } from '../../lib/mysql/connect.ts'
import { isDuplicateEntry } from '../../lib/mysql/errors.ts'
import { findTransactions } from '../../lib/mysql/find-transactions.ts'
import { insertTransactions } from '../../lib/mysql/insert-transactions.ts'
import type { TransactionRecord } from '../../lib/mysql/transaction-record.ts'
import { type Acceptance, acceptanceOf, firstOfEach } from './acceptance.ts'
import type { Resolved } from './resolve-follow-ups.ts'

/**
 * Stores transactions as PENDING and answers for each, in order. All that are new are stored in one statement;
 * a transaction that comes twice, in the batch or in its life, is stored once.
 */
export async function storeBatch(
  db: Database,
  transactions: readonly Resolved[],
  now: Date,
): Promise<Acceptance[]> {
  const firsts = firstOfEach(transactions)
  const known = new Map<string, TransactionRecord>()
  const seqs = new Map<string, number>()
  for (;;) {
    const fresh = [...firsts.values()].filter(({ transactionId }) => !known.has(transactionId))
    if (fresh.length === 0) break
    try {
      const inserted = await insertTransactions(db, fresh, now)
      for (const [index, seq] of inserted.entries()) seqs.set(fresh[index]?.transactionId ?? '', seq)
      break
    } catch (error) {
      if (!isDuplicateEntry(error)) throw error
      // Someone stored one of them before: leave those out and insert the rest.
      const found = await findTransactions(
        db,
        fresh.map(({ transactionId }) => transactionId),
      )
      // The id that was refused is committed, so it is found; if not, trying again would never end.
      if (found.length === 0) throw error
      for (const record of found) known.set(record.transactionId, record)
    }
  }
  return transactions.map(transaction => acceptanceOf(transaction, { firsts, known, seqs }))
}
