import type { Knex } from 'knex'

// One statement, which InnoDB does whole or not at all; what is there already becomes OPEN. `item` takes a transaction's
// `seq`: counted from 0, two transactions given up after one message had one place, and the second letter was not kept.
const STATES = `
ALTER TABLE dead_letters
  MODIFY item BIGINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN state          ENUM('OPEN','REPLAYED','DISCARDED') NOT NULL DEFAULT 'OPEN',
  ADD COLUMN resolved_by    VARCHAR(255) NULL,
  ADD COLUMN resolved_at    DATETIME(6) NULL,
  ADD COLUMN discard_reason VARCHAR(1000) NULL,
  ADD COLUMN replay_transaction_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD KEY dead_letters_by_state (state),
  ADD KEY dead_letters_by_reason (reason),
  ADD KEY dead_letters_by_time (created_at),
  ADD CONSTRAINT dead_letters_resolved CHECK (
    (state = 'OPEN') = (resolved_by IS NULL) AND (state = 'OPEN') = (resolved_at IS NULL)),
  ADD CONSTRAINT dead_letters_discarded CHECK ((state = 'DISCARDED') = (discard_reason IS NOT NULL)),
  ADD CONSTRAINT dead_letters_replayed CHECK (replay_transaction_id IS NULL OR state = 'REPLAYED')`

/** Can run twice, so that a migration cut off half way is finished by the next run. */
export async function up(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('dead_letters', 'state'))) await db.raw(STATES)
}

/** Who replayed or discarded what, and why, is not to be forgotten. */
export async function down(): Promise<void> {
  throw new Error('the states of dead letters are not dropped by a migration; restore a backup instead')
}
