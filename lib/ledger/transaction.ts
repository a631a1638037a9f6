import type { AccountId } from './account.ts'
import type { Money } from './money.ts'
import type { Rejection } from './rejection.ts'

/** Names a transaction; chosen by the caller, unique for ever. */
export type TransactionId = string & { readonly transactionId: unique symbol }

/** Ids of opening balances begin so; callers' ids must not. */
export const OPENING_PREFIX = 'opening:'

export type TransactionStatus = 'PENDING' | 'HELD' | 'COMPLETED' | 'FAILED' | 'VOIDED'

/** An accepted transaction that has not been applied yet. */
export type PendingTransaction = {
  /** The order of acceptance, over all accounts. */
  readonly seq: number
  readonly transactionId: TransactionId
  readonly type: 'transfer'
  readonly sourceAccountId: AccountId
  readonly destinationAccountId: AccountId
  readonly amount: Money
  /** Null: the currency of the source account. */
  readonly currency: string | null
}

/** Money moved: both balances and versions as they stand right after this transaction. */
export type Applied = {
  readonly kind: 'applied'
  readonly transaction: PendingTransaction
  readonly currency: string
  readonly sourceBalanceAfter: Money
  readonly destinationBalanceAfter: Money
  readonly sourceVersion: number
  readonly destinationVersion: number
}

/** Nothing moved, and nothing ever will for this transaction. */
export type Rejected = {
  readonly kind: 'rejected'
  readonly transaction: PendingTransaction
  readonly reason: Rejection
}

/** Not decided: a credit accepted earlier has to be applied first. */
export type Deferred = { readonly kind: 'deferred'; readonly transaction: PendingTransaction }

export type Outcome = Applied | Rejected | Deferred
