import type { TransactionStatus } from '../../lib/ledger/transaction.ts'
import type { NewTransaction } from '../../lib/mysql/insert-transactions.ts'
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

export function acceptanceOf(transaction: Resolved, places: Places): Acceptance {
  if ('fault' in transaction) return { kind: transaction.fault }
  const fault = findFault(transaction, places)
  if (fault !== undefined) return { kind: fault }
  const { transactionId } = transaction
  const record = places.known.get(transactionId)
  const seq = record?.seq ?? places.seqs.get(transactionId)
  if (seq === undefined) throw new Error(`transaction ${transactionId} was stored without a seq`)
  const isNew = record === undefined && places.firsts.get(transactionId) === transaction
  return { kind: 'accepted', seq, status: record?.status ?? 'PENDING', isNew }
}

/** The acceptance of the request at a place. That there is one is a promise of whoever answers for all of them. */
export function acceptanceAt(acceptances: readonly Acceptance[], index: number): Acceptance {
  const acceptance = acceptances[index]
  if (acceptance === undefined) throw new Error('a transaction was stored without an answer')
  return acceptance
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
