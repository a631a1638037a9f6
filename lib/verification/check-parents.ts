import { statusAsDecided } from '../chain/decided-text.ts'
import { formatMoney, type Money } from '../ledger/money.ts'
import type { DecidedRecord } from '../mysql/decided-record.ts'
import type { Fault } from './fault.ts'

/** What a transaction has become by those that follow it up. */
export type VerifiedParent = { readonly status: string; readonly settledAmount: Money }

/** The transactions whose rows others may change, or should not have: holds, and parents. */
export function parentsOf(records: readonly DecidedRecord[]): string[] {
  return [
    ...new Set(records.flatMap(record => [parentOf(record), changeable(record)].flatMap(id => id ?? []))),
  ]
}

/** Carries holds and parents on by what follows them up, in the order it was decided. */
export function followUp(records: readonly DecidedRecord[], parents: Map<string, VerifiedParent>): void {
  for (const record of records) {
    const own = changeable(record)
    if (own !== undefined && !parents.has(own))
      parents.set(own, { status: statusAsDecided(record), settledAmount: 0n })
    const parentId = parentOf(record)
    if (parentId === undefined) continue
    const before = parents.get(parentId) ?? { status: 'COMPLETED', settledAmount: 0n }
    const { amount } = record
    if (record.type === 'capture') parents.set(parentId, { status: 'COMPLETED', settledAmount: amount })
    else if (record.type === 'void') parents.set(parentId, { ...before, status: 'VOIDED' })
    else parents.set(parentId, { ...before, settledAmount: before.settledAmount + amount })
  }
}

/** How the row of a parent differs from what it has become. */
export function checkParent(
  transactionId: string,
  row: VerifiedParent,
  { status, settledAmount }: VerifiedParent,
): Fault[] {
  if (row.status === status && row.settledAmount === settledAmount) return []
  const message =
    `transaction ${transactionId} is ${row.status} with ${formatMoney(row.settledAmount)} settled; ` +
    `what follows it up makes it ${status} with ${formatMoney(settledAmount)}`
  return [{ code: 'parent_differs', subject: transactionId, message }]
}

function parentOf({ parentTransactionId, status }: DecidedRecord): string | undefined {
  return status === 'COMPLETED' ? (parentTransactionId ?? undefined) : undefined
}

/** The transaction itself, if others may change its row, or have. */
function changeable(record: DecidedRecord): string | undefined {
  const mayEnd = record.type === 'hold' && record.status !== 'FAILED'
  return mayEnd || record.settledAmount !== 0n ? record.transactionId : undefined
}
