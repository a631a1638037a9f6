import type { AccountTransaction } from './transaction.ts'

/** An account as the API answers it; money is text. */
export type Account = {
  readonly accountId: string
  readonly userId?: string
  readonly accountType: string
  readonly currency: string
  readonly status: string
  readonly balance: string
  readonly held: string
  readonly available: string | null
  readonly overdraftLimit: string | null
  readonly version: number
  readonly createdAt: string
}

/** What an account has, and what is about to leave it. `pending` is null where the database did not say in time. */
export type Balance = Pick<Account, 'balance' | 'held' | 'available' | 'version' | 'currency'> & {
  readonly pending?: string | null
}

export type HistoryPage = {
  readonly transactions: readonly AccountTransaction[]
  readonly nextCursor?: string
}

/** The newer of two balances; a stream may be ahead of an answer that was asked for later. */
export function newerBalance<Version extends { readonly version: number }>(
  known: Version | undefined,
  came: Version,
): Version {
  return known !== undefined && known.version > came.version ? known : came
}

/**
 * Puts the newest page before what is known, each transaction once and as it is now. Undefined where the page does not
 * reach what is known: between the two something may be missing.
 */
export function joinHistory(
  known: readonly AccountTransaction[],
  newest: readonly AccountTransaction[],
): readonly AccountTransaction[] | undefined {
  const ids = new Set(newest.map(({ transactionId }) => transactionId))
  const rest = known.filter(({ transactionId }) => !ids.has(transactionId))
  return rest.length < known.length || known.length === 0 ? [...newest, ...rest] : undefined
}

/** Whether a transaction changes what the account has, so that its amount carries a sign. */
export function movesMoney({ status, type }: AccountTransaction): boolean {
  return status === 'COMPLETED' && type !== 'hold' && type !== 'void'
}
