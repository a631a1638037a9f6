import type { Account } from './account.ts'
import { findRefusal, findSides, type Sides } from './refusal.ts'
import type { Applied, Outcome, PendingTransaction } from './transaction.ts'

/**
 * For an account, the lowest `seq` of the credits to it that are accepted but stand outside the batch. Accounts
 * that are missing have none.
 */
export type PendingCredits = ReadonlyMap<string, number>

/** What a batch does: an outcome for each transaction, in order, and the accounts that have changed. */
export type BatchResult = {
  readonly outcomes: readonly Outcome[]
  readonly changed: readonly Account[]
}

const NO_CREDITS: PendingCredits = new Map()

/**
 * Decides a batch of transactions, which must be in `seq` order, over the accounts they touch. Pure: it reads
 * what it is given and answers what is to be written.
 *
 * No false refusal: a debit that would fail for want of money is deferred, not refused, while a credit to its
 * source with a lower `seq` is still pending outside the batch. Order by source is a promise, so what the same
 * source sent later is deferred with it; and what is deferred is itself a pending credit to its destination.
 *
 * Throws if the batch is out of order or a transaction breaks an invariant: that is a bug, not a rejection.
 */
export function applyBatch(
  accounts: ReadonlyMap<string, Account>,
  transactions: readonly PendingTransaction[],
  pendingCredits: PendingCredits = NO_CREDITS,
): BatchResult {
  const current = new Map(accounts)
  const changed = new Set<string>()
  const credits = new Map(pendingCredits)
  const waiting = new Set<string>()
  const outcomes: Outcome[] = []
  let lastSeq = Number.NEGATIVE_INFINITY

  for (const transaction of transactions) {
    assertSound(transaction, lastSeq)
    lastSeq = transaction.seq
    const outcome = decide(current, transaction, credits, waiting)
    outcomes.push(outcome)
    if (outcome.kind === 'applied') {
      for (const account of accountsAfter(current, outcome)) {
        current.set(account.accountId, account)
        changed.add(account.accountId)
      }
    } else if (outcome.kind === 'deferred') {
      waiting.add(transaction.sourceAccountId)
      // Batches run in seq order, so the first deferred credit is the lowest.
      if (!credits.has(transaction.destinationAccountId)) {
        credits.set(transaction.destinationAccountId, transaction.seq)
      }
    }
  }
  return { outcomes, changed: [...current.values()].filter(account => changed.has(account.accountId)) }
}

function decide(
  accounts: ReadonlyMap<string, Account>,
  transaction: PendingTransaction,
  credits: PendingCredits,
  waiting: ReadonlySet<string>,
): Outcome {
  if (waiting.has(transaction.sourceAccountId)) return { kind: 'deferred', transaction }
  const sides = findSides(accounts, transaction)
  if (typeof sides === 'string') return { kind: 'rejected', transaction, reason: sides }
  const reason = findRefusal(sides, transaction)
  if (reason === undefined) return applied(sides, transaction)
  const creditSeq = credits.get(transaction.sourceAccountId)
  if (reason === 'insufficient_funds' && creditSeq !== undefined && creditSeq < transaction.seq) {
    return { kind: 'deferred', transaction }
  }
  return { kind: 'rejected', transaction, reason }
}

function applied({ source, destination }: Sides, transaction: PendingTransaction): Applied {
  return {
    kind: 'applied',
    transaction,
    currency: source.currency,
    sourceBalanceAfter: source.balance - transaction.amount,
    destinationBalanceAfter: destination.balance + transaction.amount,
    sourceVersion: source.version + 1,
    destinationVersion: destination.version + 1,
  }
}

function accountsAfter(accounts: ReadonlyMap<string, Account>, outcome: Applied): Account[] {
  const sides = findSides(accounts, outcome.transaction)
  if (typeof sides === 'string') throw new Error(`applied in spite of ${sides}`)
  return [
    { ...sides.source, balance: outcome.sourceBalanceAfter, version: outcome.sourceVersion },
    { ...sides.destination, balance: outcome.destinationBalanceAfter, version: outcome.destinationVersion },
  ]
}

function assertSound(transaction: PendingTransaction, lastSeq: number): void {
  const { seq, transactionId, type, amount } = transaction
  if (seq <= lastSeq)
    throw new Error(`transaction ${transactionId} out of order: seq ${seq} after ${lastSeq}`)
  if (amount <= 0n) throw new Error(`transaction ${transactionId} has amount ${amount}`)
  if (type !== 'transfer') throw new Error(`transaction ${transactionId} has unknown type ${String(type)}`)
}
