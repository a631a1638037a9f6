import type { Knex } from 'knex'

// In the row, and not only on messages: bells are merged, doubled and lost, and a worker may find the row without one. The last
// column, so that both engines add it at once, however large the table is.
const COLUMN =
  'ALTER TABLE transactions ADD COLUMN traceparent CHAR(55) CHARACTER SET ascii COLLATE ascii_bin NULL'

/** Can run twice, so that a migration cut off behind it is finished by the next run. */
export async function up(db: Knex): Promise<void> {
  const [columns] = await db.raw(
    `SELECT column_name FROM information_schema.columns
      WHERE table_schema = DATABASE() AND table_name = 'transactions' AND column_name = 'traceparent'`,
  )
  if (columns.length === 0) await db.raw(COLUMN)
}

/** Which trace a transaction belongs to is nothing that a ledger needs; but a column is not taken from under a running function. */
export async function down(): Promise<void> {
  throw new Error('a migration is not undone under running functions; restore a backup instead')
}
