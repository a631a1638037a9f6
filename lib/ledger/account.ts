import type { Money } from './money.ts'

/** Names an account. Branded, so that it cannot be confused with a transaction's id. */
export type AccountId = string & { readonly accountId: unique symbol }

export type AccountStatus = 'ACTIVE' | 'FROZEN' | 'CLOSED'

/** What the core needs to know of an account to move money on it. */
export type Account = {
  readonly accountId: AccountId
  /** ISO 4217, three capital letters. */
  readonly currency: string
  readonly status: AccountStatus
  readonly balance: Money
  /** The part of the balance that open holds reserve. */
  readonly held: Money
  /** How far below zero the available balance may go; null is without limit (system accounts). */
  readonly overdraftLimit: Money | null
  /** One more with each entry, and with each change of status or limit, so that versions order all of them. */
  readonly version: number
}

/** What can be spent: the balance less what is held, plus the overdraft. Null is without limit. */
export function available(account: Account): Money | null {
  if (account.overdraftLimit === null) return null
  return account.balance - account.held + account.overdraftLimit
}

/** Ids of users' default accounts begin so; callers' ids must not. */
export const DEFAULT_PREFIX = 'user:'

/** Ids of system accounts begin so; callers' ids must not. */
export const WORLD_PREFIX = 'world:'

/** The system account of a currency: the other side of every opening balance, deposit and withdrawal. */
export function worldAccountId(currency: string): AccountId {
  return `${WORLD_PREFIX}${currency}` as AccountId
}

export function isSystemAccount(accountId: string): boolean {
  return accountId.startsWith(WORLD_PREFIX)
}
