import { SeqSet } from '../verification/seq-set.ts'
import type { SqlTransaction } from './connect.ts'

/** Reads which of these `seq`s, and of those near them, this pass has found in a link. */
export async function readVerifiedSeqs(
  transaction: SqlTransaction,
  seqs: readonly number[],
  pass: number,
): Promise<SeqSet> {
  if (seqs.length === 0) return new SeqSet(new Map())
  const [rows] = await transaction.raw(
    'SELECT chunk, bits FROM verified_seqs WHERE chunk IN (?) AND pass = ?',
    [SeqSet.chunksOf(seqs), pass] as never,
  )
  return new SeqSet(
    new Map(rows.map((row: { chunk: string; bits: Buffer }) => [Number(row.chunk), row.bits])),
  )
}

export async function writeVerifiedSeqs(
  transaction: SqlTransaction,
  { changed }: SeqSet,
  pass: number,
): Promise<void> {
  if (changed.size === 0) return
  const rows = [...changed].map(([chunk, bits]) => [chunk, pass, bits])
  await transaction.raw('REPLACE INTO verified_seqs (chunk, pass, bits) VALUES ?', [rows as never])
}

export type DecidedSeq = { readonly seq: number; readonly transactionId: string }

/** Reads what is decided behind one `seq` and before another, a page at a time. */
export async function findDecidedBetween(
  transaction: SqlTransaction,
  { after, before, limit }: { readonly after: number; readonly before: number; readonly limit: number },
): Promise<DecidedSeq[]> {
  const [rows] = await transaction.raw(
    `SELECT seq, transaction_id FROM transactions FORCE INDEX (PRIMARY)
      WHERE seq > ? AND seq < ? AND status <> 'PENDING' ORDER BY seq LIMIT ?`,
    [after, before, limit],
  )
  return rows.map((row: { seq: string; transaction_id: string }) => ({
    seq: Number(row.seq),
    transactionId: row.transaction_id,
  }))
}
