import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../../lib/mysql/connect.ts'
import type { Checked } from '../load/check-database.ts'

const LOOK_MILLISECONDS = 250

/** What may be left of work, and must be gone when all has settled. */
const LEFTOVERS = {
  pending: `SELECT COUNT(*) AS count FROM transactions WHERE status = 'PENDING'`,
  outbox: 'SELECT COUNT(*) AS count FROM outbox',
} as const

/** Waits until nothing is PENDING and the outbox is empty, for so long at most; answers how long it took, or undefined. */
export async function untilSettled(
  db: Database,
  seconds: number,
  interrupted: AbortSignal,
): Promise<number | undefined> {
  const beginMs = performance.now()
  const passed = () => (performance.now() - beginMs) / 1000
  while (passed() < seconds) {
    interrupted.throwIfAborted()
    const counts = await Promise.all(Object.values(LEFTOVERS).map(sql => countOf(db, sql)))
    if (counts.every(count => count === 0)) return passed()
    await pause(LOOK_MILLISECONDS)
  }
  return undefined
}

/** Checks that nothing is left of work, nothing was given up, and nothing failed that could be done. */
export async function checkLeftovers(db: Database): Promise<Checked[]> {
  const dead = `SELECT transaction_id, reason, detail FROM dead_letters WHERE state = 'OPEN' LIMIT 10`
  const failing = 'SELECT transaction_id, last_error FROM transactions WHERE failure_count > 0 LIMIT 10'
  return [
    {
      promise: 'nothing is left in the outbox',
      broken: await rowsOf(db, 'SELECT id, created_at FROM outbox LIMIT 10'),
    },
    { promise: 'there is no open dead letter', broken: await rowsOf(db, dead) },
    { promise: 'no transfer was taken for one that fails by itself', broken: await rowsOf(db, failing) },
  ]
}

async function countOf(db: Database, sql: string): Promise<number> {
  const [rows] = await db.raw(sql)
  return Number(rows[0].count)
}

async function rowsOf(db: Database, sql: string): Promise<string[]> {
  const [rows] = await db.raw(sql)
  return (rows as object[]).map(row => JSON.stringify(row))
}
