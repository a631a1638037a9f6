import type { SqlTransaction } from './connect.ts'
import { findOldestPendingSeq } from './find-oldest-pending.ts'

export type PendingCredit = {
  readonly accountId: string
  readonly orderingGroup: number
  readonly seq: number
}

/**
 * Finds, for each account and group, the first PENDING credit to the account that stands outside the batch.
 * Only credits below `beforeSeq` matter: those accepted before the last debit in question.
 *
 * Exact while the accounts are locked: nobody can apply a credit to them meanwhile.
 */
export async function findPendingCredits(
  transaction: SqlTransaction,
  query: { accountIds: readonly string[]; beforeSeq: number; batchSeqs: readonly number[] },
): Promise<PendingCredit[]> {
  const oldest = await findOldestPendingSeq(transaction)
  if (oldest === undefined) return []
  // From the oldest PENDING on, so that a long history of finished credits is not read.
  const [rows] = await transaction.raw(
    `SELECT destination_account_id, ordering_group, MIN(seq) AS first_seq
       FROM transactions FORCE INDEX (transactions_by_destination)
      WHERE destination_account_id IN (?) AND seq >= ? AND seq < ? AND status = 'PENDING' AND type NOT IN ('hold', 'void')
        AND seq NOT IN (?)
      GROUP BY destination_account_id, ordering_group`,
    [query.accountIds, oldest, query.beforeSeq, query.batchSeqs] as never,
  )
  return rows.map((row: { destination_account_id: string; ordering_group: number; first_seq: string }) => ({
    accountId: row.destination_account_id,
    orderingGroup: row.ordering_group,
    seq: Number(row.first_seq),
  }))
}
