import type { Database, SqlTransaction } from './connect.ts'
import { fromSqlTime, toSqlTime } from './time.ts'

export type OutboxRow = { readonly id: string; readonly payload: string }

/** Records, with the money, what is still to be told about a batch. Answers the row's id. */
export async function insertOutbox(transaction: SqlTransaction, payload: string, now: Date): Promise<string> {
  const [{ insertId }] = await transaction.raw('INSERT INTO outbox (payload, created_at) VALUES (?, ?)', [
    payload,
    toSqlTime(now),
  ])
  return String(insertId)
}

/** Deletes rows whose batches have been published and cached. Deleting twice does no harm. */
export async function deleteOutbox(db: Database | SqlTransaction, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await db.raw('DELETE FROM outbox WHERE id IN (?)', [ids as never])
}

/** Reads the rows left behind: those older than a moment, oldest first, because results are told in order. */
export async function findOutbox(db: Database, before: Date, limit: number): Promise<OutboxRow[]> {
  const [rows] = await db.raw('SELECT id, payload FROM outbox WHERE created_at < ? ORDER BY id LIMIT ?', [
    toSqlTime(before),
    limit,
  ])
  return rows.map(toOutboxRow)
}

/** Reads the rows that stand before one, oldest first; not those that are known to have been told. */
export async function findOutboxBefore(
  db: Database,
  id: string,
  told: readonly string[],
  limit: number,
): Promise<OutboxRow[]> {
  const [rows] = await db.raw(
    'SELECT id, payload FROM outbox WHERE id < ? AND id NOT IN (?) ORDER BY id LIMIT ?',
    [
      id,
      // No list is empty in SQL.
      [id, ...told] as never,
      limit,
    ],
  )
  return rows.map(toOutboxRow)
}

function toOutboxRow({ id, payload }: OutboxRow): OutboxRow {
  return { id: String(id), payload }
}

/** Whether a batch that decided a transaction is still kept, to be told. */
export async function isUntold(
  db: Database,
  { seq, decidedAt }: { readonly seq: number; readonly decidedAt: string | null },
): Promise<boolean> {
  if (decidedAt === null) return false
  const [rows] = await db.raw('SELECT payload FROM outbox WHERE created_at = ?', [
    toSqlTime(new Date(decidedAt)),
  ])
  return rows.some(({ payload }: OutboxRow) => JSON.parse(payload).transactions.includes(seq))
}

/** When the oldest row was kept; undefined if there is none. */
export async function findOldestOutboxTime(db: Database): Promise<Date | undefined> {
  const [rows] = await db.raw('SELECT created_at FROM outbox ORDER BY id LIMIT 1')
  return rows.length === 0 ? undefined : new Date(fromSqlTime(rows[0].created_at))
}

export async function countOutbox(db: Database): Promise<number> {
  const [rows] = await db.raw('SELECT COUNT(*) AS rows_ FROM outbox')
  return Number(rows[0].rows_)
}

/** Counts the rows left behind: those older than a moment. */
export async function countOutboxBefore(db: Database, before: Date): Promise<number> {
  const [rows] = await db.raw('SELECT COUNT(*) AS rows_ FROM outbox WHERE created_at < ?', [
    toSqlTime(before),
  ])
  return Number(rows[0].rows_)
}
