import { moneyJson } from '../http/json.ts'
import type { AccountRecord } from '../mysql/account-record.ts'
import { balanceView } from './balance-view.ts'

/** An account as callers see it; after it was opened with money, with the transaction that brings it. */
export function accountView(account: AccountRecord, openingTransactionId?: string): Record<string, unknown> {
  const { accountId, currency, balance, held, available, version } = balanceView(account, account.updatedAt)
  return {
    accountId,
    ...(account.userId !== null && { userId: account.userId }),
    accountType: account.accountType,
    currency,
    status: account.status,
    balance,
    held,
    available,
    overdraftLimit: account.overdraftLimit === null ? null : moneyJson(account.overdraftLimit),
    version,
    createdAt: account.createdAt,
    ...(openingTransactionId !== undefined && { openingTransactionId }),
  }
}
