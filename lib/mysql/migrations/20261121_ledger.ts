import type { Knex } from 'knex'

// Ids are ASCII and compared byte by byte: no collation can make two ids one.
const ID = 'VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin'
const CURRENCY = 'CHAR(3) CHARACTER SET ascii COLLATE ascii_bin'
const TABLE = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'

const USERS = `
CREATE TABLE IF NOT EXISTS users (
  user_id    ${ID} NOT NULL PRIMARY KEY,
  name       VARCHAR(200) NULL,
  created_at DATETIME(6) NOT NULL
) ${TABLE}`

// Each rule of lib/ledger that SQL can say stands here again, so that a bug in the one meets the other.
const ACCOUNTS = `
CREATE TABLE IF NOT EXISTS accounts (
  account_id      ${ID} NOT NULL PRIMARY KEY,
  user_id         ${ID} NULL,
  account_type    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  currency        ${CURRENCY} NOT NULL,
  status          ENUM('ACTIVE','FROZEN','CLOSED') NOT NULL DEFAULT 'ACTIVE',
  balance         DECIMAL(19,4) NOT NULL DEFAULT 0,
  held            DECIMAL(19,4) NOT NULL DEFAULT 0,
  overdraft_limit DECIMAL(19,4) NULL,
  version         BIGINT UNSIGNED NOT NULL DEFAULT 0,
  created_at      DATETIME(6) NOT NULL,
  updated_at      DATETIME(6) NOT NULL,
  KEY accounts_by_user (user_id, account_id),
  CONSTRAINT accounts_owner FOREIGN KEY (user_id) REFERENCES users (user_id),
  CONSTRAINT accounts_held CHECK (held >= 0),
  CONSTRAINT accounts_limit CHECK (overdraft_limit IS NULL OR overdraft_limit >= 0),
  CONSTRAINT accounts_funds CHECK (overdraft_limit IS NULL OR balance - held + overdraft_limit >= 0),
  CONSTRAINT accounts_closed CHECK (status <> 'CLOSED' OR (balance = 0 AND held = 0))
) ${TABLE}`

// The source and destination of a transaction need not exist: an unknown account is a rejection, stored like any.
const TRANSACTIONS = `
CREATE TABLE IF NOT EXISTS transactions (
  seq                       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  transaction_id            ${ID} NOT NULL,
  ordering_group            SMALLINT UNSIGNED NOT NULL,
  type                      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source_account_id         ${ID} NOT NULL,
  destination_account_id    ${ID} NOT NULL,
  amount                    DECIMAL(19,4) NOT NULL,
  currency                  ${CURRENCY} NULL,
  occurred_at               DATETIME(6) NULL,
  status                    ENUM('PENDING','HELD','COMPLETED','FAILED','VOIDED') NOT NULL DEFAULT 'PENDING',
  reason                    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  source_balance_after      DECIMAL(19,4) NULL,
  destination_balance_after DECIMAL(19,4) NULL,
  source_version            BIGINT UNSIGNED NULL,
  destination_version       BIGINT UNSIGNED NULL,
  failure_count             SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  last_error                VARCHAR(1000) NULL,
  metadata                  JSON NULL,
  accepted_at               DATETIME(6) NOT NULL,
  finished_at               DATETIME(6) NULL,
  UNIQUE KEY transactions_id (transaction_id),
  KEY transactions_drain (ordering_group, status, seq),
  KEY transactions_by_source (source_account_id, seq),
  KEY transactions_by_destination (destination_account_id, seq),
  CONSTRAINT transactions_amount CHECK (amount > 0),
  CONSTRAINT transactions_sides CHECK (source_account_id <> destination_account_id),
  CONSTRAINT transactions_reason CHECK ((status = 'FAILED') = (reason IS NOT NULL)),
  CONSTRAINT transactions_entries CHECK (status <> 'COMPLETED' OR (
    currency IS NOT NULL AND source_balance_after IS NOT NULL AND destination_balance_after IS NOT NULL
    AND source_version IS NOT NULL AND destination_version IS NOT NULL AND finished_at IS NOT NULL))
) ${TABLE}`

const OUTBOX = `
CREATE TABLE IF NOT EXISTS outbox (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  payload    MEDIUMTEXT NOT NULL,
  created_at DATETIME(6) NOT NULL
) ${TABLE}`

// A dead letter is recorded once per message and place in it, however often the message comes.
const DEAD_LETTERS = `
CREATE TABLE IF NOT EXISTS dead_letters (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  source         ENUM('event','transaction') NOT NULL,
  message_id     VARCHAR(100) NOT NULL,
  item           SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  transaction_id ${ID} NULL,
  reason         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  detail         VARCHAR(1000) NOT NULL,
  payload        MEDIUMTEXT NOT NULL,
  attempts       SMALLINT UNSIGNED NOT NULL DEFAULT 1,
  created_at     DATETIME(6) NOT NULL,
  UNIQUE KEY dead_letters_once (source, message_id, item),
  KEY dead_letters_by_transaction (transaction_id)
) ${TABLE}`

// Double entry, read off the transactions: two signed legs each, with the balance right after.
const LEDGER_ENTRIES = `
CREATE OR REPLACE VIEW ledger_entries AS
  SELECT source_account_id AS account_id, source_version AS version, seq, transaction_id, currency,
         -amount AS amount, source_balance_after AS balance_after, finished_at
    FROM transactions WHERE status = 'COMPLETED'
  UNION ALL
  SELECT destination_account_id, destination_version, seq, transaction_id, currency,
         amount, destination_balance_after, finished_at
    FROM transactions WHERE status = 'COMPLETED'`

/** Each statement can run twice, so that a migration cut off half way is finished by the next run. */
export async function up(db: Knex): Promise<void> {
  for (const statement of [USERS, ACCOUNTS, TRANSACTIONS, OUTBOX, DEAD_LETTERS, LEDGER_ENTRIES]) {
    await db.raw(statement)
  }
}

/** Money has no way back: a ledger is not undone by dropping it. */
export async function down(): Promise<void> {
  throw new Error('the ledger is not dropped by a migration; restore a backup instead')
}
