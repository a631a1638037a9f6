import { formatMoney } from '../ledger/money.ts'
import type { Parent } from '../ledger/transaction.ts'
import type { SqlTransaction } from './connect.ts'
import { toSqlTime } from './time.ts'

/**
 * Writes what follow-ups made of their parents: a hold is over, or part of what was moved has been moved back. All
 * follow-ups of a parent have one source account, which the worker that decides them has locked.
 */
export async function writeParents(
  transaction: SqlTransaction,
  parents: readonly Parent[],
  now: Date,
): Promise<void> {
  if (parents.length === 0) return
  const changes = parents.map(({ seq, status, settledAmount }) => ({
    seq,
    status,
    settledAmount: formatMoney(settledAmount),
  }))
  const [{ affectedRows }] = await transaction.raw(
    `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
        seq BIGINT UNSIGNED PATH '$.seq', status VARCHAR(9) PATH '$.status',
        settled_amount DECIMAL(19,4) PATH '$.settledAmount')) AS parent
       STRAIGHT_JOIN transactions FORCE INDEX (PRIMARY) ON transactions.seq = parent.seq
        SET transactions.status = parent.status, transactions.settled_amount = parent.settled_amount,
            transactions.finished_at = COALESCE(transactions.finished_at, ?)`,
    [JSON.stringify(changes), toSqlTime(now)],
  )
  if (affectedRows !== parents.length) throw new Error(`wrote ${affectedRows} of ${parents.length} parents`)
}
