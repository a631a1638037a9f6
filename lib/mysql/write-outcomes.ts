import { statusAfter } from '../ledger/books.ts'
import { formatMoney } from '../ledger/money.ts'
import type { Rejection } from '../ledger/rejection.ts'
import type { Applied, PendingTransaction, Reserved } from '../ledger/transaction.ts'
import type { SqlTransaction } from './connect.ts'
import { toSqlTime } from './time.ts'

/** Nothing moved: the core refused it, or it failed by itself until it was given up. */
export type Failed = {
  readonly kind: 'rejected'
  readonly transaction: PendingTransaction
  readonly reason: Rejection | 'dead_lettered'
}

/** What is no longer PENDING. */
export type Written = Applied | Reserved | Failed

/**
 * Writes what became of locked PENDING transactions, in one statement: COMPLETED or HELD with balances, or FAILED with a reason. The
 * index is forced: a small table would be scanned instead, and other workers' rows locked out of order.
 */
export async function writeOutcomes(
  transaction: SqlTransaction,
  outcomes: readonly Written[],
  now: Date,
): Promise<void> {
  if (outcomes.length === 0) return
  const [{ affectedRows }] = await transaction.raw(
    `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
        seq BIGINT UNSIGNED PATH '$.seq', status VARCHAR(9) PATH '$.status',
        reason VARCHAR(32) PATH '$.reason', currency CHAR(3) PATH '$.currency',
        source_balance_after DECIMAL(19,4) PATH '$.sourceBalanceAfter',
        destination_balance_after DECIMAL(19,4) PATH '$.destinationBalanceAfter',
        held_change DECIMAL(19,4) PATH '$.heldChange', source_version BIGINT UNSIGNED PATH '$.sourceVersion',
        destination_version BIGINT UNSIGNED PATH '$.destinationVersion')) AS outcome
       STRAIGHT_JOIN transactions FORCE INDEX (PRIMARY) ON transactions.seq = outcome.seq AND transactions.status = 'PENDING'
        SET transactions.status = outcome.status, transactions.reason = outcome.reason,
            transactions.currency = COALESCE(outcome.currency, transactions.currency),
            transactions.held_change = COALESCE(outcome.held_change, 0),
            transactions.source_balance_after = outcome.source_balance_after,
            transactions.destination_balance_after = outcome.destination_balance_after,
            transactions.source_version = outcome.source_version,
            transactions.destination_version = outcome.destination_version,
            transactions.decided_at = ?,
            transactions.finished_at = IF(outcome.status = 'HELD', NULL, ?)`,
    [JSON.stringify(outcomes.map(toChange)), toSqlTime(now), toSqlTime(now)],
  )
  // The rows are locked and were PENDING: anything else than all of them means a bug, and rolls back.
  if (affectedRows !== outcomes.length)
    throw new Error(`wrote ${affectedRows} of ${outcomes.length} outcomes`)
}

function toChange(outcome: Written): Record<string, string | number> {
  const { seq } = outcome.transaction
  if (outcome.kind === 'rejected') return { seq, status: 'FAILED', reason: outcome.reason }
  return {
    seq,
    status: statusAfter(outcome),
    currency: outcome.currency,
    heldChange: formatMoney(outcome.heldChange),
    sourceBalanceAfter: formatMoney(outcome.sourceBalanceAfter),
    sourceVersion: outcome.sourceVersion,
    ...(outcome.kind === 'applied' && {
      destinationBalanceAfter: formatMoney(outcome.destinationBalanceAfter),
      destinationVersion: outcome.destinationVersion,
    }),
  }
}
