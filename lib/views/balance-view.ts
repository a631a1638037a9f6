import { moneyJson } from '../http/json.ts'
import { type Account, available } from '../ledger/account.ts'

/** A balance as callers and the cache see it. `version` grows with each change of the account. */
export type BalanceView = Readonly<Record<string, unknown>> & {
  readonly accountId: string
  readonly version: number
}

/** `available` is null where the overdraft is without limit. `asOf` is when the balance last changed. */
export function balanceView(account: Account, asOf: string): BalanceView {
  const availableMoney = available(account)
  return {
    accountId: account.accountId,
    currency: account.currency,
    balance: moneyJson(account.balance),
    held: moneyJson(account.held),
    available: availableMoney === null ? null : moneyJson(availableMoney),
    version: account.version,
    asOf,
  }
}
