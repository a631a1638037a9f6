import type { Doorbell } from '../pubsub/doorbell.ts'
import type { SqlTransaction } from './connect.ts'
import { TRANSACTION_COLUMNS, type TransactionRecord, toTransactionRecord } from './transaction-record.ts'

/** Locks the PENDING transactions of a group that have failed by themselves, in order of `seq`. */
export async function lockFailed(
  transaction: SqlTransaction,
  { group, lastSeq }: Doorbell,
): Promise<TransactionRecord[]> {
  const [rows] = await transaction.raw(
    `SELECT ${TRANSACTION_COLUMNS} FROM transactions FORCE INDEX (transactions_drain)
      WHERE ordering_group = ? AND status = 'PENDING' AND seq <= ? AND failure_count > 0
      ORDER BY ordering_group, seq FOR UPDATE`,
    [group, lastSeq],
  )
  return rows.map(toTransactionRecord)
}
