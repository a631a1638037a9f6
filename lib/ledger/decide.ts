import type { Books } from './books.ts'
import type { Money } from './money.ts'
import { findParentRefusal, findRefusal, findSides, type Sides } from './refusal.ts'
import { endsHold, movesMoney, type Outcome, type Parent, type PendingTransaction } from './transaction.ts'

/**
 * Decides one transaction. What is only late is no reason to refuse: a follow-up of an undecided parent is deferred, and
 * so is a debit that would fail for want of money while a credit accepted before it is undecided.
 */
export function decide(books: Books, transaction: PendingTransaction): Outcome {
  if (books.isWaiting(transaction.sourceAccountId)) return { kind: 'deferred', transaction }
  const parent = findParent(books, transaction)
  if (parent?.status === 'PENDING') return { kind: 'deferred', transaction }
  const sides = findSides(books.accounts, transaction)
  if (typeof sides === 'string') return { kind: 'rejected', transaction, reason: sides }
  const reason = (parent && findParentRefusal(parent, transaction)) ?? findRefusal(sides, transaction)
  if (reason === undefined) return enter(sides, transaction, parent)
  if (
    reason === 'insufficient_funds' &&
    books.hasCreditBefore(transaction.sourceAccountId, transaction.seq)
  ) {
    return { kind: 'deferred', transaction }
  }
  return { kind: 'rejected', transaction, reason }
}

function findParent({ parents }: Books, transaction: PendingTransaction): Parent | undefined {
  const { parentTransactionId, transactionId } = transaction
  if (parentTransactionId === null) return undefined
  const parent = parents.get(parentTransactionId)
  if (parent === undefined) throw new Error(`transaction ${transactionId} came without its parent`)
  return parent
}

function enter({ source, destination }: Sides, transaction: PendingTransaction, parent?: Parent): Outcome {
  const { amount } = transaction
  const common = {
    transaction,
    currency: source.currency,
    sourceVersion: source.version + 1,
    heldChange: heldChange(transaction, parent),
  }
  if (!movesMoney(transaction)) return { ...common, kind: 'reserved', sourceBalanceAfter: source.balance }
  return {
    ...common,
    kind: 'applied',
    sourceBalanceAfter: source.balance - amount,
    destinationBalanceAfter: destination.balance + amount,
    destinationVersion: destination.version + 1,
  }
}

/** A capture takes its part and lets the rest of the hold go; a void lets all of it go. */
function heldChange(transaction: PendingTransaction, parent: Parent | undefined): Money {
  if (transaction.type === 'hold') return transaction.amount
  if (endsHold(transaction) && parent) return -parent.amount
  return 0n
}
