import type { Database } from './connect.ts'
import { toSqlTime } from './time.ts'

/** Moments of acceptance; undefined is without bound. */
export type TimeRange = { readonly from: Date | undefined; readonly to: Date | undefined }

/** `seq`s between which everything lies that was accepted in a time range, both excluded; undefined is without bound. */
export type SeqRange = { readonly after: number | undefined; readonly before: number | undefined }

/**
 * `seq` follows the time of acceptance, but for the clocks of several functions and the time an INSERT takes. Ten
 * times more than both should ever make.
 */
const APART_MILLISECONDS = 60_000

/**
 * Answers bounds in `seq` for a time range, wider than it by a minute, so that an account's history is searched where the
 * range is, and not from its end. Two rows are read.
 */
export async function findSeqRange(db: Database, { from, to }: TimeRange): Promise<SeqRange> {
  const [after, before] = await Promise.all([
    from && findSeq(db, `accepted_at < ? ORDER BY accepted_at DESC`, from.getTime() - APART_MILLISECONDS),
    to && findSeq(db, `accepted_at >= ? ORDER BY accepted_at`, to.getTime() + APART_MILLISECONDS),
  ])
  return { after, before }
}

async function findSeq(db: Database, condition: string, milliseconds: number): Promise<number | undefined> {
  const [rows] = await db.raw(
    `SELECT seq FROM transactions FORCE INDEX (transactions_by_time) WHERE ${condition} LIMIT 1`,
    [toSqlTime(new Date(milliseconds))],
  )
  return rows.length === 0 ? undefined : Number(rows[0].seq)
}
