import type { Money } from '../ledger/money.ts'
import { readMoney } from './money.ts'
import {
  TRANSACTION_COLUMNS,
  type TransactionRecord,
  type TransactionRow,
  toTransactionRecord,
} from './transaction-record.ts'

/** A row of `transactions` that is no longer PENDING, with all that its decision wrote. */
export type DecidedRecord = TransactionRecord & {
  /** How much more the source held in reserve after it. */
  readonly heldChange: Money
}

export const DECIDED_COLUMNS = `${TRANSACTION_COLUMNS}, held_change`

export type DecidedRow = TransactionRow & { readonly held_change: string }

export function toDecidedRecord(row: DecidedRow): DecidedRecord {
  return { ...toTransactionRecord(row), heldChange: readMoney(row.held_change) }
}
