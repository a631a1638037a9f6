import type { VerifiedHead } from '../verification/check-links.ts'
import type { SqlTransaction } from './connect.ts'

type Row = { ordering_group: number; number: string; hash: string; kept_number: string; kept_hash: string }

/** Reads the last verified link of each group that has one. */
export async function readVerifiedHeads(transaction: SqlTransaction): Promise<Map<number, VerifiedHead>> {
  const [rows] = await transaction.raw(
    'SELECT ordering_group, number, hash, kept_number, kept_hash FROM verified_heads',
  )
  return new Map(
    (rows as Row[]).map(row => [
      row.ordering_group,
      {
        orderingGroup: row.ordering_group,
        number: Number(row.number),
        hash: row.hash,
        kept: { number: Number(row.kept_number), hash: row.kept_hash },
      },
    ]),
  )
}

export async function writeVerifiedHeads(
  transaction: SqlTransaction,
  heads: readonly VerifiedHead[],
): Promise<void> {
  if (heads.length === 0) return
  const rows = heads.map(({ orderingGroup, number, hash, kept }) => [
    orderingGroup,
    number,
    hash,
    kept.number,
    kept.hash,
  ])
  await transaction.raw(
    'REPLACE INTO verified_heads (ordering_group, number, hash, kept_number, kept_hash) VALUES ?',
    [rows as never],
  )
}
