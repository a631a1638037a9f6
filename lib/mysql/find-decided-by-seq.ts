import type { Database, SqlTransaction } from './connect.ts'
import { DECIDED_COLUMNS, type DecidedRecord, type DecidedRow, toDecidedRecord } from './decided-record.ts'

/** Reads the transactions with these `seq`s that are no longer PENDING, by `seq`. */
export async function findDecidedBySeq(
  db: Database | SqlTransaction,
  seqs: readonly number[],
): Promise<Map<number, DecidedRecord>> {
  if (seqs.length === 0) return new Map()
  const [rows] = await db.raw(
    `SELECT ${DECIDED_COLUMNS} FROM transactions FORCE INDEX (PRIMARY) WHERE seq IN (?) AND status <> 'PENDING'`,
    [seqs as never],
  )
  return new Map((rows as DecidedRow[]).map(row => [Number(row.seq), toDecidedRecord(row)]))
}
