import type { Fault } from '../verification/fault.ts'
import type { Database, SqlTransaction } from './connect.ts'
import { fromSqlTime, toSqlTime } from './time.ts'

export type FoundFault = Fault & { readonly foundAt: string }

/** Keeps faults, so that each later answer has them too; one that is found again is kept as it was. */
export async function insertFaults(
  transaction: SqlTransaction,
  faults: readonly Fault[],
  now: Date,
): Promise<void> {
  if (faults.length === 0) return
  const rows = faults.map(({ code, subject, message }) => [
    code,
    subject,
    message.slice(0, 500),
    toSqlTime(now),
  ])
  await transaction.raw(
    'INSERT IGNORE INTO verification_faults (code, subject, message, found_at) VALUES ?',
    [rows as never],
  )
}

/** Reads the faults of this pass, those found first before the others. */
export async function findFaults(db: Database, limit: number): Promise<FoundFault[]> {
  const [rows] = await db.raw(
    'SELECT code, subject, message, found_at FROM verification_faults ORDER BY found_at, code, subject LIMIT ?',
    [limit],
  )
  return rows.map((row: Fault & { found_at: string }) => ({
    code: row.code,
    subject: row.subject,
    message: row.message,
    foundAt: fromSqlTime(row.found_at),
  }))
}

export async function countFaults(db: Database): Promise<number> {
  const [[row]] = await db.raw('SELECT COUNT(*) AS rows_ FROM verification_faults')
  return Number(row.rows_)
}
