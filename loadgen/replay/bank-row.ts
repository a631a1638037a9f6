import type { Money } from '../../lib/ledger/money.ts'

export const CURRENCY = 'CZK'
/** The other side of every row. */
export const WORLD = `world:${CURRENCY}`

/**
 * A row of a bank's file: money that came into an account or left it, and what the bank then had as its
 * balance.
 */
export type BankRow = {
  /** In the file, from 1, the header counted. */
  readonly line: number
  /** Ids as the service is given them: the bank's own behind `cz-`. */
  readonly transactionId: string
  readonly accountId: string
  /** YYYY-MM-DD. */
  readonly date: string
  readonly direction: 'credit' | 'debit'
  /** Above zero. */
  readonly amount: Money
  readonly balanceAfter: Money
}

/** The rows of each account, in the file's order. */
export function rowsByAccount(rows: readonly BankRow[]): ReadonlyMap<string, readonly BankRow[]> {
  return Map.groupBy(rows, ({ accountId }) => accountId)
}

/** How far below zero each account goes, if it does: what it must be allowed. */
export function overdraftLimits(rows: readonly BankRow[]): ReadonlyMap<string, Money> {
  const limits = new Map<string, Money>()
  for (const { accountId, balanceAfter } of rows) {
    const limit = limits.get(accountId) ?? 0n
    limits.set(accountId, -balanceAfter > limit ? -balanceAfter : limit)
  }
  return limits
}
