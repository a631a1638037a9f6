import { type Account, available } from './account.ts'
import { MAX_MONEY } from './money.ts'
import type { Rejection } from './rejection.ts'
import { movesMoney, type Parent, type PendingTransaction } from './transaction.ts'

/** The two accounts of a transaction, both known and different. */
export type Sides = { readonly source: Account; readonly destination: Account }

/** Finds the accounts of a transaction, or says which of the first three rejections holds. */
export function findSides(
  accounts: ReadonlyMap<string, Account>,
  transaction: PendingTransaction,
): Sides | Rejection {
  if (transaction.sourceAccountId === transaction.destinationAccountId) return 'same_account'
  const source = accounts.get(transaction.sourceAccountId)
  if (source === undefined) return 'unknown_source'
  const destination = accounts.get(transaction.destinationAccountId)
  if (destination === undefined) return 'unknown_destination'
  return { source, destination }
}

/** Says why a parent that is decided refuses its follow-up; undefined if it does not. */
export function findParentRefusal(parent: Parent, transaction: PendingTransaction): Rejection | undefined {
  const { type, amount } = transaction
  if (type === 'reversal') {
    if (parent.status !== 'COMPLETED') return 'parent_not_completed'
  } else if (parent.status !== 'HELD') return 'hold_not_open'
  return amount > parent.amount - parent.settledAmount ? 'exceeds_parent' : undefined
}

/** Says why the accounts, as they stand, refuse the transaction; undefined if they do not. */
export function findRefusal(sides: Sides, transaction: PendingTransaction): Rejection | undefined {
  const { source, destination } = sides
  const { type, amount, currency } = transaction
  // Letting go of a reserve is always right: a frozen account's hold may expire.
  if (type === 'void') return undefined
  if (source.status === 'CLOSED' || destination.status === 'CLOSED') return 'account_closed'
  if (source.status === 'FROZEN' || destination.status === 'FROZEN') return 'account_frozen'
  if (source.currency !== destination.currency) return 'currency_mismatch'
  if (currency !== null && currency !== source.currency) return 'currency_mismatch'
  const availableMoney = available(source)
  // What a capture takes was reserved by its hold.
  if (type !== 'capture' && availableMoney !== null && availableMoney < amount) return 'insufficient_funds'
  if (!movesMoney(transaction)) return undefined
  if (source.balance - amount < -MAX_MONEY) return 'balance_limit'
  if (destination.balance + amount > MAX_MONEY) return 'balance_limit'
  return undefined
}
