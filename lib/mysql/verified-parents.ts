import { formatMoney } from '../ledger/money.ts'
import type { VerifiedParent } from '../verification/check-parents.ts'
import type { SqlTransaction } from './connect.ts'
import { readMoney } from './money.ts'

type Row = { transaction_id: string; status: string; settled_amount: string }

/** Reads what this pass has found that holds and parents have become. */
export async function readVerifiedParents(
  transaction: SqlTransaction,
  transactionIds: readonly string[],
  pass: number,
): Promise<Map<string, VerifiedParent>> {
  if (transactionIds.length === 0) return new Map()
  const [rows] = await transaction.raw(
    `SELECT transaction_id, status, settled_amount FROM verified_parents FORCE INDEX (PRIMARY)
      WHERE transaction_id IN (?) AND pass = ?`,
    [transactionIds, pass] as never,
  )
  return new Map((rows as Row[]).map(row => [row.transaction_id, toParent(row)]))
}

/** Writes what they have become, to be held against their rows. */
export async function writeVerifiedParents(
  transaction: SqlTransaction,
  parents: ReadonlyMap<string, VerifiedParent>,
  pass: number,
): Promise<void> {
  if (parents.size === 0) return
  const rows = [...parents].map(([id, { status, settledAmount }]) => [
    id,
    pass,
    status,
    formatMoney(settledAmount),
    0,
  ])
  await transaction.raw(
    'REPLACE INTO verified_parents (transaction_id, pass, status, settled_amount, is_checked) VALUES ?',
    [rows as never],
  )
}

/** A parent that has still to be held against its row, which may be missing. */
export type UncheckedParent = {
  readonly transactionId: string
  readonly verified: VerifiedParent
  readonly row: (VerifiedParent & { readonly seq: number }) | undefined
}

/** Takes parents that have not been held against their rows, and marks them as checked. */
export async function takeUncheckedParents(
  transaction: SqlTransaction,
  pass: number,
  limit: number,
): Promise<UncheckedParent[]> {
  const [rows] = await transaction.raw(
    `SELECT verified.transaction_id, verified.status, verified.settled_amount, seq, own.status AS own_status,
            own.settled_amount AS own_settled_amount
       FROM verified_parents AS verified FORCE INDEX (verified_parents_unchecked)
       LEFT JOIN transactions AS own FORCE INDEX (transactions_id) ON own.transaction_id = verified.transaction_id
      WHERE verified.is_checked = 0 AND verified.pass = ? LIMIT ?`,
    [pass, limit],
  )
  if (rows.length === 0) return []
  await transaction.raw('UPDATE verified_parents SET is_checked = 1 WHERE transaction_id IN (?)', [
    rows.map((row: Row) => row.transaction_id) as never,
  ])
  return rows.map((row: Row & { seq: string | null; own_status: string; own_settled_amount: string }) => ({
    transactionId: row.transaction_id,
    verified: toParent(row),
    row:
      row.seq === null
        ? undefined
        : {
            seq: Number(row.seq),
            status: row.own_status,
            settledAmount: readMoney(row.own_settled_amount),
          },
  }))
}

function toParent({ status, settled_amount: settledAmount }: Row): VerifiedParent {
  return { status, settledAmount: readMoney(settledAmount) }
}
