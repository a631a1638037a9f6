import type { Knex } from 'knex'

// One statement, which InnoDB does whole or not at all. A hold that ended is COMPLETED or VOIDED without a credit of its
// own: what it paid is its capture's entry.
const COLUMNS = `
ALTER TABLE transactions
  ADD COLUMN parent_transaction_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER currency,
  ADD COLUMN expires_at     DATETIME(6) NULL AFTER occurred_at,
  ADD COLUMN settled_amount DECIMAL(19,4) NOT NULL DEFAULT 0 AFTER amount,
  ADD COLUMN held_change    DECIMAL(19,4) NOT NULL DEFAULT 0 AFTER settled_amount,
  ADD KEY transactions_expiring (expires_at),
  DROP CONSTRAINT transactions_entries,
  ADD CONSTRAINT transactions_entries CHECK (status NOT IN ('COMPLETED', 'HELD', 'VOIDED') OR (
    currency IS NOT NULL AND source_balance_after IS NOT NULL AND source_version IS NOT NULL
    AND (type IN ('hold', 'void') OR (destination_balance_after IS NOT NULL AND destination_version IS NOT NULL))
    AND (status = 'HELD') = (finished_at IS NULL))),
  ADD CONSTRAINT transactions_settled CHECK (settled_amount >= 0 AND settled_amount <= amount),
  ADD CONSTRAINT transactions_parent
    CHECK ((type IN ('capture', 'void', 'reversal')) = (parent_transaction_id IS NOT NULL)),
  ADD CONSTRAINT transactions_held CHECK (type = 'hold' OR status NOT IN ('HELD', 'VOIDED'))`

// An entry is one change of an account: of its balance, of what it holds in reserve, or of both.
const LEDGER_ENTRIES = `
CREATE OR REPLACE VIEW ledger_entries AS
  SELECT source_account_id AS account_id, source_version AS version, seq, transaction_id, currency,
         IF(type IN ('hold', 'void'), 0, -amount) AS amount, held_change, source_balance_after AS balance_after,
         finished_at
    FROM transactions WHERE source_version IS NOT NULL
  UNION ALL
  SELECT destination_account_id, destination_version, seq, transaction_id, currency,
         amount, 0, destination_balance_after, finished_at
    FROM transactions WHERE destination_version IS NOT NULL`

/** Can run twice, so that a migration cut off half way is finished by the next run. */
export async function up(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('transactions', 'parent_transaction_id'))) await db.raw(COLUMNS)
  await db.raw(LEDGER_ENTRIES)
}

/** Money has no way back. */
export async function down(): Promise<void> {
  throw new Error('holds and reversals are not dropped by a migration; restore a backup instead')
}
