import type { Database } from './connect.ts'

/** Notes on a PENDING transaction that it failed alone, with the error: the evidence a dead letter needs. */
export async function recordFailure(db: Database, seq: number, error: string): Promise<void> {
  await db.raw(
    `UPDATE transactions SET failure_count = failure_count + 1, last_error = ?
      WHERE seq = ? AND status = 'PENDING'`,
    [error.slice(0, 1000), seq],
  )
}
