/**
 * Server settings that hold wherever it runs, private process or container; every one is known to MySQL 8.4
 * and to MariaDB 10.6 and later ("loose" means: ignored by the one that does not have it).
 */
export const MYSQL_SETTINGS: readonly string[] = [
  '--character-set-server=utf8mb4',
  '--default-time-zone=+00:00',
  // Under REPEATABLE READ a drain would lock the gaps between rows too, and wait for inserts of others.
  '--transaction-isolation=READ-COMMITTED',
  // Every accepted transfer is on disk: a local crash test means what it would mean in the cloud.
  '--innodb-flush-log-at-trx-commit=1',
  '--innodb-lock-wait-timeout=5',
  '--innodb-buffer-pool-size=256M',
  '--max-connections=200',
  // Batches of 1,000 transfers are one statement.
  '--max-allowed-packet=64M',
  '--skip-log-bin',
  '--skip-name-resolve',
  // Costs 100 MB and a tenth of the speed, and nothing here reads it.
  '--performance-schema=OFF',
  // MySQL's second protocol would listen on a port of its own.
  '--loose-mysqlx=0',
]

/** The server must be told in so many words that it may run as root, and that is all a container has. */
export function runAsRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : []
}
