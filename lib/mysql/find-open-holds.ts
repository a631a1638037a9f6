import type { Money } from '../ledger/money.ts'
import type { SqlTransaction } from './connect.ts'
import { readSum } from './money.ts'

/** Adds up the open holds of accounts; those without any are left out. One look at the index for each. */
export async function findOpenHolds(
  transaction: SqlTransaction,
  accountIds: readonly string[],
): Promise<Map<string, Money>> {
  if (accountIds.length === 0) return new Map()
  const [rows] = await transaction.raw(
    `SELECT source_account_id, SUM(amount) AS open_holds
       FROM transactions FORCE INDEX (transactions_source_finished)
      WHERE source_account_id IN (?) AND status = 'HELD' GROUP BY source_account_id`,
    [accountIds as never],
  )
  return new Map(
    rows.map((row: { source_account_id: string; open_holds: string }) => [
      row.source_account_id,
      readSum(row.open_holds),
    ]),
  )
}
