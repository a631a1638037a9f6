import type { Account } from './account.ts'
import { Books, type Surroundings } from './books.ts'
import { decide } from './decide.ts'
import {
  isFollowUpType,
  type Outcome,
  type Parent,
  type PendingTransaction,
  TRANSACTION_TYPES,
} from './transaction.ts'

/** What a batch does: an outcome for each transaction, in order, and the accounts and parents that have changed. */
export type BatchResult = {
  readonly outcomes: readonly Outcome[]
  readonly changed: readonly Account[]
  readonly changedParents: readonly Parent[]
}

/**
 * Decides a batch of transactions, which must be in `seq` order, over the accounts they touch. Pure: it reads
 * what it is given and answers what is to be written.
 *
 * No false refusal: what is only late defers a transaction and does not refuse it (see `decide`). Order by source is a
 * promise, so what the same source sent later is deferred with it; and what is deferred is itself a pending credit
 * to its destination.
 *
 * Throws if the batch is out of order or a transaction breaks an invariant: that is a bug, not a rejection.
 */
export function applyBatch(
  accounts: ReadonlyMap<string, Account>,
  transactions: readonly PendingTransaction[],
  surroundings: Surroundings = {},
): BatchResult {
  const books = new Books(accounts, surroundings)
  let lastSeq = Number.NEGATIVE_INFINITY
  const outcomes = transactions.map(transaction => {
    assertSound(transaction, lastSeq)
    lastSeq = transaction.seq
    const outcome = decide(books, transaction)
    books.record(outcome)
    return outcome
  })
  return { outcomes, changed: books.changedAccounts, changedParents: books.changedParents }
}

function assertSound(transaction: PendingTransaction, lastSeq: number): void {
  const { seq, transactionId, type, amount, parentTransactionId } = transaction
  if (seq <= lastSeq)
    throw new Error(`transaction ${transactionId} out of order: seq ${seq} after ${lastSeq}`)
  if (amount <= 0n) throw new Error(`transaction ${transactionId} has amount ${amount}`)
  if (!TRANSACTION_TYPES.includes(type)) {
    throw new Error(`transaction ${transactionId} has unknown type ${String(type)}`)
  }
  if (isFollowUpType(type) !== (parentTransactionId !== null)) {
    throw new Error(`transaction ${transactionId} is a ${type} with parent ${parentTransactionId}`)
  }
}
