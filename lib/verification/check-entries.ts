import { formatMoney, type Money } from '../ledger/money.ts'
import { movesMoney } from '../ledger/transaction.ts'
import type { DecidedRecord } from '../mysql/decided-record.ts'
import type { Fault } from './fault.ts'

/** What an account has by its entries so far. */
export type VerifiedAccount = {
  readonly version: number
  readonly balance: Money
  readonly held: Money
  /** False after an entry that is doubted: the next says what the account had. */
  readonly isSure: boolean
}

export const EMPTY: VerifiedAccount = { version: 0, balance: 0n, held: 0n, isSure: true }

type Entry = {
  readonly record: DecidedRecord
  readonly accountId: string
  readonly version: number
  readonly amount: Money
  readonly held: Money
  readonly balanceAfter: Money
}

/** The accounts that have an entry by one of these transactions. */
export function accountsOf(records: readonly DecidedRecord[]): string[] {
  return [...new Set(records.flatMap(entriesOf).map(({ accountId }) => accountId))]
}

/**
 * Carries accounts on by the entries of transactions, in order of version, and says which does not follow from the one before. A
 * version may be left out, since another standing has one too; it never comes twice.
 */
export function checkEntries(
  records: readonly DecidedRecord[],
  accounts: Map<string, VerifiedAccount>,
  doubted: ReadonlySet<number>,
): Fault[] {
  const faults: Fault[] = []
  const entries = records.flatMap(entriesOf).sort((one, other) => one.version - other.version)
  for (const { record, accountId, version, amount, held, balanceAfter } of entries) {
    const before = accounts.get(accountId) ?? EMPTY
    const isDoubted = doubted.has(record.seq)
    const isFollowing = version > before.version && balanceAfter === before.balance + amount
    if (before.isSure && !isDoubted && !isFollowing) {
      const message =
        `version ${version} of ${accountId} is ${formatMoney(balanceAfter)} after ${formatMoney(amount)}, ` +
        `and version ${before.version} was ${formatMoney(before.balance)}`
      faults.push({ code: 'entry_not_following', subject: record.transactionId, message })
    }
    const isSure = isFollowing || !isDoubted
    accounts.set(accountId, { version, balance: balanceAfter, held: before.held + held, isSure })
  }
  return faults
}

function entriesOf(record: DecidedRecord): Entry[] {
  const { amount, heldChange, sourceVersion, sourceBalanceAfter, destinationVersion } = record
  if (sourceVersion === null || sourceBalanceAfter === null) return []
  const moved = movesMoney(record) ? amount : 0n
  const source = { record, accountId: record.sourceAccountId, version: sourceVersion, amount: -moved }
  const entries: Entry[] = [{ ...source, held: heldChange, balanceAfter: sourceBalanceAfter }]
  if (destinationVersion === null || record.destinationBalanceAfter === null) return entries
  const balanceAfter = record.destinationBalanceAfter
  const accountId = record.destinationAccountId
  return [...entries, { record, accountId, version: destinationVersion, amount, held: 0n, balanceAfter }]
}
