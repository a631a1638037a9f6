import type { Knex } from 'knex'

// Bytes, because a caller's id is not ours: a collation could take two of them for one.
const COLUMNS = `
ALTER TABLE users
  ADD COLUMN created_by VARBINARY(255) NULL,
  ADD KEY users_by_creator (created_by, user_id)`

/** Can run twice, so that a migration cut off half way is finished by the next run. */
export async function up(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('users', 'created_by'))) await db.raw(COLUMNS)
}

/** Whose the users are would be lost. */
export async function down(): Promise<void> {
  throw new Error('who created the users is not dropped by a migration; restore a backup instead')
}
