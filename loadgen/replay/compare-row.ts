import { formatMoney, parseMoney } from '../../lib/ledger/money.ts'
import type { BankRow } from './bank-row.ts'
import type { FinalTransaction } from './follow-transaction.ts'

/** Says how a row's transaction differs from what the bank did; undefined if it does not. */
export function compareRow(row: BankRow, transaction: FinalTransaction): string | undefined {
  const { status, reason, sourceBalanceAfter, destinationBalanceAfter } = transaction
  if (status !== 'COMPLETED') return `is ${status}${reason === undefined ? '' : ` (${reason})`}`
  const text = row.direction === 'credit' ? destinationBalanceAfter : sourceBalanceAfter
  const balance = parseMoney(text ?? '')
  if (balance === row.balanceAfter) return undefined
  return `left a balance of ${text}; the file has ${formatMoney(row.balanceAfter)}`
}

/** The version of the row's account after it, to know a newer balance from an older. */
export function accountVersion(row: BankRow, transaction: FinalTransaction): number {
  const { sourceVersion, destinationVersion } = transaction
  return (row.direction === 'credit' ? destinationVersion : sourceVersion) ?? 0
}

/** The version of the world's account after it. */
export function worldVersion(row: BankRow, transaction: FinalTransaction): number {
  const { sourceVersion, destinationVersion } = transaction
  return (row.direction === 'credit' ? sourceVersion : destinationVersion) ?? 0
}
