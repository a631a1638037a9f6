import type { TransactionRecord } from '../mysql/transaction-record.ts'
import { transactionView } from './transaction-view.ts'

/** A transaction as it is told, to consumers and to the cache: written once for both. */
export type ToldTransaction = {
  readonly transactionId: string
  readonly status: string
  readonly orderingGroup: number
  /** When it came to this status. */
  readonly time: string | null
  /** The trace it is in, if it is in one. */
  readonly traceparent: string | null
  /** Its view. */
  readonly json: string
}

export function toldTransaction(record: TransactionRecord): ToldTransaction {
  const { transactionId, status, orderingGroup, finishedAt, decidedAt, traceparent } = record
  const json = JSON.stringify(transactionView(record))
  return { transactionId, status, orderingGroup, time: finishedAt ?? decidedAt, traceparent, json }
}
