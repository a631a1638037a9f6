import type { Knex } from 'knex'

const TABLE = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'

// The hash chain of each ordering group: a link for what a step decided in it. Ids follow the versions of accounts: a step has
// locked its accounts before it stores its links. A number is given once, so two steps that go on from one head are found out.
const LINKS = `
CREATE TABLE IF NOT EXISTS chain_links (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ordering_group SMALLINT UNSIGNED NOT NULL,
  number         BIGINT UNSIGNED NOT NULL,
  hash           CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  size           INT UNSIGNED NOT NULL,
  members        MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at     DATETIME(6) NOT NULL,
  UNIQUE KEY chain_links_once (ordering_group, number)
) ${TABLE}`

// What was decided before there were chains stands in none: what accounts had of it is kept, and the last `seq` there was. A new
// ledger has no such accounts.
const OPENINGS = `
CREATE TABLE IF NOT EXISTS chain_openings (
  account_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  version    BIGINT UNSIGNED NOT NULL,
  balance    DECIMAL(19,4) NOT NULL,
  held       DECIMAL(19,4) NOT NULL
) ${TABLE}`

const BEGINNING = `
CREATE TABLE IF NOT EXISTS chain_beginning (last_seq BIGINT UNSIGNED NOT NULL PRIMARY KEY) ${TABLE}`

const OPEN = `
INSERT IGNORE INTO chain_openings (account_id, version, balance, held)
SELECT account_id, version, balance, held FROM accounts WHERE version > 0`

const BEGIN = 'INSERT INTO chain_beginning (last_seq) SELECT COALESCE(MAX(seq), 0) FROM transactions'

/**
 * Can run twice, so that a migration cut off half way is finished by the next run. A worker of the version before must not be at
 * work any more: what it decides from here on would be found to be in no chain.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(LINKS)
  await db.raw(OPENINGS)
  await db.raw(BEGINNING)
  const [begun] = await db.raw('SELECT last_seq FROM chain_beginning')
  if (begun.length > 0) return
  await db.raw(OPEN)
  await db.raw(BEGIN)
}

/** What proves that nothing was altered is not thrown away. */
export async function down(): Promise<void> {
  throw new Error('chains are not dropped by a migration; restore a backup instead')
}
