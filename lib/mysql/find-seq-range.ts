import type { Database } from './connect.ts'
import { toSqlTime } from './time.ts'

/** Moments of acceptance, or of being kept; undefined is without bound. */
export type TimeRange = { readonly from: Date | undefined; readonly to: Date | undefined }

/** Keys between which everything lies that was stored in a time range, both excluded; undefined is without bound. */
export type KeyRange = { readonly after: number | undefined; readonly before: number | undefined }

/** Rows with a key that follows their time, and the index that finds the one by the other. */
type InOrder = { readonly table: string; readonly key: string; readonly time: string; readonly index: string }

const TRANSACTIONS: InOrder = {
  table: 'transactions',
  key: 'seq',
  time: 'accepted_at',
  index: 'transactions_by_time',
}
const DEAD_LETTERS: InOrder = {
  table: 'dead_letters',
  key: 'id',
  time: 'created_at',
  index: 'dead_letters_by_time',
}

/**
 * The key follows the time, but for the clocks of several functions and the time an INSERT takes. Ten
 * times more than both should ever make.
 */
const APART_MILLISECONDS = 60_000

/**
 * Answers bounds in `seq` for a time range, wider than it by a minute, so that an account's history is searched where the
 * range is, and not from its end. Two rows are read.
 */
export function findSeqRange(db: Database, range: TimeRange): Promise<KeyRange> {
  return findKeyRange(db, TRANSACTIONS, range)
}

/** The same for the ids of dead letters. */
export function findDeadLetterRange(db: Database, range: TimeRange): Promise<KeyRange> {
  return findKeyRange(db, DEAD_LETTERS, range)
}

async function findKeyRange(db: Database, rows: InOrder, { from, to }: TimeRange): Promise<KeyRange> {
  const { time } = rows
  const [after, before] = await Promise.all([
    from && findKey(db, rows, `${time} < ? ORDER BY ${time} DESC`, from.getTime() - APART_MILLISECONDS),
    to && findKey(db, rows, `${time} >= ? ORDER BY ${time}`, to.getTime() + APART_MILLISECONDS),
  ])
  return { after, before }
}

async function findKey(
  db: Database,
  { table, key, index }: InOrder,
  condition: string,
  milliseconds: number,
): Promise<number | undefined> {
  const [rows] = await db.raw(
    `SELECT ${key} AS key_ FROM ${table} FORCE INDEX (${index}) WHERE ${condition} LIMIT 1`,
    [toSqlTime(new Date(milliseconds))],
  )
  return rows.length === 0 ? undefined : Number(rows[0].key_)
}
