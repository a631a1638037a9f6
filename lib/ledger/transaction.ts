import type { AccountId } from './account.ts'
import type { Money } from './money.ts'
import type { Rejection } from './rejection.ts'

/** Names a transaction; chosen by the caller, unique for ever. */
export type TransactionId = string & { readonly transactionId: unique symbol }

/** Ids of opening balances begin so. */
export const OPENING_PREFIX = 'opening:'

/** Ids of the voids that end expired holds begin so. */
export const EXPIRY_PREFIX = 'expiry:'

/** Ids of what was added to a user begin so. */
export const ADD_PREFIX = 'add:'

/** Ids of what was given up on and accepted again begin so. */
export const REPLAY_PREFIX = 'replay:'

/** What callers' ids must not begin with. */
export const RESERVED_PREFIXES = [OPENING_PREFIX, EXPIRY_PREFIX, ADD_PREFIX, REPLAY_PREFIX] as const

/**
 * What a transaction does. The last three follow up another, their parent: a capture or a void ends a hold, and a
 * reversal moves back what its parent moved.
 */
export const TRANSACTION_TYPES = [
  'transfer',
  'deposit',
  'withdrawal',
  'hold',
  'capture',
  'void',
  'reversal',
] as const

export type TransactionType = (typeof TRANSACTION_TYPES)[number]

export type FollowUpType = Extract<TransactionType, 'capture' | 'void' | 'reversal'>

/** True for those that follow up another. */
export function isFollowUpType(type: TransactionType): type is FollowUpType {
  return type === 'capture' || type === 'void' || type === 'reversal'
}

export type TransactionStatus = 'PENDING' | 'HELD' | 'COMPLETED' | 'FAILED' | 'VOIDED'

/** An accepted transaction that has not been applied yet. */
export type PendingTransaction = {
  /** The order of acceptance, over all accounts. */
  readonly seq: number
  readonly transactionId: TransactionId
  readonly type: TransactionType
  readonly sourceAccountId: AccountId
  readonly destinationAccountId: AccountId
  readonly amount: Money
  /** Null: the currency of the source account. */
  readonly currency: string | null
  /** Set for a capture, a void and a reversal, which have the accounts of their parent. */
  readonly parentTransactionId: TransactionId | null
}

/** What a follow-up needs to know of its parent. */
export type Parent = Pick<PendingTransaction, 'seq' | 'transactionId' | 'type' | 'amount'> & {
  readonly status: TransactionStatus
  /** Of a hold, what was captured; of anything else, what was reversed. Never more than the amount. */
  readonly settledAmount: Money
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
  /** How much more the source holds in reserve: zero or, where a hold was captured, less. */
  readonly heldChange: Money
}

/** Nothing moved, but what the source holds in reserve: more by a hold, less by a void. */
export type Reserved = {
  readonly kind: 'reserved'
  readonly transaction: PendingTransaction
  readonly currency: string
  readonly sourceBalanceAfter: Money
  readonly sourceVersion: number
  readonly heldChange: Money
}

/** Nothing moved, and nothing ever will for this transaction. */
type Rejected = {
  readonly kind: 'rejected'
  readonly transaction: PendingTransaction
  readonly reason: Rejection
}

/** Not decided: something accepted earlier, a credit or the parent, has to be decided first. */
type Deferred = { readonly kind: 'deferred'; readonly transaction: PendingTransaction }

/** What is no longer PENDING. */
export type Decided = Applied | Reserved | Rejected

export type Outcome = Decided | Deferred

/** True for those that move money from source to destination; a hold and a void only reserve it and let it go. */
export function movesMoney({ type }: Pick<PendingTransaction, 'type'>): boolean {
  return type !== 'hold' && type !== 'void'
}

/** True for those that end the hold they follow up. */
export function endsHold({ type }: Pick<PendingTransaction, 'type'>): boolean {
  return type === 'capture' || type === 'void'
}
