import type { Database } from '../../lib/mysql/connect.ts'

const TABLES = ['transactions', 'accounts', 'chain_links'] as const

/** Does something to the ledger by hand, looks, and puts everything back as it was. */
export async function whileTampered<T>(
  db: Database,
  statements: readonly string[] | ((db: Database) => Promise<void>),
  look: () => Promise<T>,
): Promise<T> {
  for (const table of TABLES) await db.raw(`CREATE TABLE saved_${table} AS SELECT * FROM ${table}`)
  try {
    if (typeof statements === 'function') await statements(db)
    else for (const statement of statements) await db.raw(statement)
    return await look()
  } finally {
    for (const table of TABLES) {
      await db.raw(`DELETE FROM ${table}`)
      await db.raw(`INSERT INTO ${table} SELECT * FROM saved_${table}`)
      await db.raw(`DROP TABLE saved_${table}`)
    }
  }
}
