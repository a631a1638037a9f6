import type { Knex } from 'knex'

const ID = 'VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin'
const HASH = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin'
const TABLE = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'

// How far a verification has come: one row, whose lock lets one at a time go on. What rows of another pass say counts for nothing, so
// that a new pass begins without deleting what may be millions.
const VERIFICATION = `
CREATE TABLE IF NOT EXISTS verification (
  id             TINYINT UNSIGNED NOT NULL PRIMARY KEY,
  pass           INT UNSIGNED NOT NULL,
  began_at       DATETIME(6) NOT NULL,
  completed_at   DATETIME(6) NULL,
  through_seq    BIGINT UNSIGNED NOT NULL,
  account_cursor ${ID} NOT NULL
) ${TABLE}`

const BEGIN = `
INSERT IGNORE INTO verification (id, pass, began_at, through_seq, account_cursor)
SELECT 1, 1, UTC_TIMESTAMP(6), last_seq, '' FROM chain_beginning`

// The last link that was verified, and the last one of the passes before: a chain that was written anew is another there.
const HEADS = `
CREATE TABLE IF NOT EXISTS verified_heads (
  ordering_group SMALLINT UNSIGNED NOT NULL PRIMARY KEY,
  number         BIGINT UNSIGNED NOT NULL,
  hash           ${HASH} NOT NULL,
  kept_number    BIGINT UNSIGNED NOT NULL,
  kept_hash      ${HASH} NOT NULL
) ${TABLE}`

// What accounts have by their entries; of one that is not sure, the next entry says what it had.
const ACCOUNTS = `
CREATE TABLE IF NOT EXISTS verified_accounts (
  account_id ${ID} NOT NULL PRIMARY KEY,
  pass       INT UNSIGNED NOT NULL,
  version    BIGINT UNSIGNED NOT NULL,
  balance    DECIMAL(19,4) NOT NULL,
  held       DECIMAL(19,4) NOT NULL,
  is_sure    TINYINT NOT NULL
) ${TABLE}`

// What holds and parents have become by their follow-ups; is_checked once that has been held against their rows.
const PARENTS = `
CREATE TABLE IF NOT EXISTS verified_parents (
  transaction_id ${ID} NOT NULL PRIMARY KEY,
  pass           INT UNSIGNED NOT NULL,
  status         VARCHAR(9) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  settled_amount DECIMAL(19,4) NOT NULL,
  is_checked     TINYINT NOT NULL,
  KEY verified_parents_unchecked (is_checked, pass)
) ${TABLE}`

// Which transactions are in a link: a bit each, 8,192 a row.
const SEQS = `
CREATE TABLE IF NOT EXISTS verified_seqs (
  chunk BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  pass  INT UNSIGNED NOT NULL,
  bits  VARBINARY(1024) NOT NULL
) ${TABLE}`

const FAULTS = `
CREATE TABLE IF NOT EXISTS verification_faults (
  code     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject  VARCHAR(100) NOT NULL,
  message  VARCHAR(500) NOT NULL,
  found_at DATETIME(6) NOT NULL,
  PRIMARY KEY (code, subject)
) ${TABLE}`

/** Can run twice, so that a migration cut off half way is finished by the next run. */
export async function up(db: Knex): Promise<void> {
  for (const statement of [VERIFICATION, HEADS, ACCOUNTS, PARENTS, SEQS, FAULTS, BEGIN]) {
    await db.raw(statement)
  }
}

/** The faults that were found are not to be forgotten. */
export async function down(): Promise<void> {
  throw new Error('what was verified is not dropped by a migration; restore a backup instead')
}
