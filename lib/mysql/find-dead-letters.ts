import type { Database, SqlTransaction } from './connect.ts'
import {
  DEAD_LETTER_COLUMNS,
  type DeadLetter,
  type DeadLetterState,
  toDeadLetter,
} from './dead-letter-record.ts'
import { findDeadLetterRange, type TimeRange } from './find-seq-range.ts'
import { toSqlTime } from './time.ts'

/** Which dead letters are read; what is undefined does not matter. */
export type DeadLetterQuery = TimeRange & {
  readonly reason: string | undefined
  readonly source: string | undefined
  readonly transactionId: string | undefined
  readonly state: DeadLetterState | undefined
  /** Only what was kept before this one: where the last page ended. */
  readonly beforeId: number | undefined
  readonly limit: number
}

/**
 * Reads dead letters, the newest first. `from` is included, `to` is not. With a time range the ids that can lie in it are
 * found first: else all that came later would be read before it.
 */
export async function findDeadLetters(db: Database, query: DeadLetterQuery): Promise<DeadLetter[]> {
  const { after, before } = await findDeadLetterRange(db, query)
  const filters: [string, string | number | undefined][] = [
    ['id > ?', after],
    ['id < ?', before],
    ['id < ?', query.beforeId],
    ['reason = ?', query.reason],
    ['source = ?', query.source],
    ['transaction_id = ?', query.transactionId],
    ['state = ?', query.state],
    ['created_at >= ?', query.from && toSqlTime(query.from)],
    ['created_at < ?', query.to && toSqlTime(query.to)],
  ]
  const given = filters.flatMap(([text, value]) => (value === undefined ? [] : [{ text, value }]))
  const where = given.length === 0 ? '' : `WHERE ${given.map(({ text }) => text).join(' AND ')}`
  const [rows] = await db.raw(
    `SELECT ${DEAD_LETTER_COLUMNS} FROM dead_letters ${where} ORDER BY id DESC LIMIT ?`,
    [...given.map(({ value }) => value), query.limit],
  )
  return rows.map(toDeadLetter)
}

/** Reads a dead letter; undefined if there is none. */
export async function findDeadLetter(db: Database, deadLetterId: number): Promise<DeadLetter | undefined> {
  const [rows] = await db.raw(`SELECT ${DEAD_LETTER_COLUMNS} FROM dead_letters WHERE id = ?`, [deadLetterId])
  return rows.length === 0 ? undefined : toDeadLetter(rows[0])
}

/** Locks a dead letter and reads it, so that of several who would end it one does. */
export async function lockDeadLetter(
  transaction: SqlTransaction,
  deadLetterId: number,
): Promise<DeadLetter | undefined> {
  const [rows] = await transaction.raw(
    `SELECT ${DEAD_LETTER_COLUMNS} FROM dead_letters WHERE id = ? FOR UPDATE`,
    [deadLetterId],
  )
  return rows.length === 0 ? undefined : toDeadLetter(rows[0])
}

/** Counts the dead letters that nobody has replayed or discarded. */
export async function countDeadLetters(db: Database): Promise<number> {
  const [rows] = await db.raw(`SELECT COUNT(*) AS rows_ FROM dead_letters WHERE state = 'OPEN'`)
  return Number(rows[0].rows_)
}
