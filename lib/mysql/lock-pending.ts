import type { SqlTransaction } from './connect.ts'
import { TRANSACTION_COLUMNS, type TransactionRecord, toTransactionRecord } from './transaction-record.ts'

export type PendingQuery = {
  readonly groups: readonly number[]
  /** Accounts whose transactions stay where they are, because an earlier one of theirs is poisoned. */
  readonly withoutSources: readonly string[]
  readonly limit: number
}

/**
 * Locks the PENDING transactions of some groups, in order of group and `seq`, and answers them in that order.
 * Always in that order, so that two workers that share groups wait for each other instead of deadlocking.
 */
export async function lockPending(
  transaction: SqlTransaction,
  { groups, withoutSources, limit }: PendingQuery,
): Promise<TransactionRecord[]> {
  // The index is forced: a scan by another one would take its locks in another order.
  const [rows] = await transaction.raw(
    `SELECT ${TRANSACTION_COLUMNS} FROM transactions FORCE INDEX (transactions_drain)
      WHERE ordering_group IN (?) AND status = 'PENDING'
        ${withoutSources.length > 0 ? 'AND source_account_id NOT IN (?)' : ''}
      ORDER BY ordering_group, seq LIMIT ? FOR UPDATE`,
    [groups, ...(withoutSources.length > 0 ? [withoutSources] : []), limit] as never,
  )
  return rows.map(toTransactionRecord)
}
