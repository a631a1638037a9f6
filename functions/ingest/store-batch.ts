import type { TransactionStatus } from '../../lib/ledger/transaction.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { isDuplicateEntry } from '../../lib/mysql/errors.ts'
import { findTransactions } from '../../lib/mysql/find-transactions.ts'
import { insertTransactions, type NewTransaction } from '../../lib/mysql/insert-transactions.ts'
import type { TransactionRecord } from '../../lib/mysql/transaction-record.ts'
import { isSameMetadata } from './metadata.ts'
import type { ParentFault, Resolved } from './resolve-follow-ups.ts'

/**
 * What became of a transaction: stored, now or by an earlier request with the same body; or refused, because
 * its id belongs to another, or its parent is not what it has to be.
 */
export type Acceptance =
  | {
      readonly kind: 'accepted'
      readonly seq: number
      readonly status: TransactionStatus
      /** False when an earlier request, or an earlier item of this one, had stored it. */
      readonly isNew: boolean
    }
  | { readonly kind: Refusal }

export type Refusal = 'id_reused' | 'not_own' | ParentFault

/** What became of a request, and what it came to with its parent's parts. */
export type Stored = { readonly acceptance: Acceptance; readonly transaction: Resolved | undefined }

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
  return transactions.map(transaction => answerOf(transaction, { firsts, known, seqs }))
}

/** What there is of each transaction: as it came first in the batch, as it is stored, or where it was stored just now. */
export type Places = {
  readonly firsts: ReadonlyMap<string, NewTransaction>
  readonly known: ReadonlyMap<string, TransactionRecord>
  readonly seqs: ReadonlyMap<string, number>
}

export function firstOfEach(transactions: readonly Resolved[]): Map<string, NewTransaction> {
  const firsts = new Map<string, NewTransaction>()
  for (const transaction of transactions) {
    if ('fault' in transaction) continue
    if (!firsts.has(transaction.transactionId)) firsts.set(transaction.transactionId, transaction)
  }
  return firsts
}

/** Why a transaction is not accepted; undefined if it may be, or has been. */
export function findFault(
  transaction: Resolved,
  { firsts, known }: Omit<Places, 'seqs'>,
): Refusal | undefined {
  if ('fault' in transaction) return transaction.fault
  const stored = known.get(transaction.transactionId) ?? firsts.get(transaction.transactionId)
  return stored && isSame(stored, transaction) ? undefined : 'id_reused'
}

export function answerOf(transaction: Resolved, places: Places): Acceptance {
  const fault = findFault(transaction, places)
  if (fault !== undefined || 'fault' in transaction) return { kind: fault ?? 'id_reused' }
  const { transactionId } = transaction
  const record = places.known.get(transactionId)
  const seq = record?.seq ?? places.seqs.get(transactionId)
  if (seq === undefined) throw new Error(`transaction ${transactionId} was stored without a seq`)
  const isNew = record === undefined && places.firsts.get(transactionId) === transaction
  return { kind: 'accepted', seq, status: record?.status ?? 'PENDING', isNew }
}

/** The same request again? A currency left out means that of the source account, which is stored once it is known. */
function isSame(stored: NewTransaction | TransactionRecord, sent: NewTransaction): boolean {
  return (
    stored.type === sent.type &&
    stored.sourceAccountId === sent.sourceAccountId &&
    stored.destinationAccountId === sent.destinationAccountId &&
    stored.amount === sent.amount &&
    stored.parentTransactionId === sent.parentTransactionId &&
    time(stored.expiresAt) === time(sent.expiresAt) &&
    (stored.currency === null || sent.currency === null || stored.currency === sent.currency) &&
    time(stored.occurredAt) === time(sent.occurredAt) &&
    isSameMetadata(stored.metadata, sent.metadata)
  )
}

function time(moment: Date | string | null): number | null {
  return moment === null ? null : new Date(moment).getTime()
}
