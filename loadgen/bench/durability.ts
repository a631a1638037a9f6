import { connectMysql } from '../../lib/mysql/connect.ts'
import { ExpectedError } from '../command/expected-error.ts'

/** A COMMIT is on disk, in the log of InnoDB and in the one that replicas and backups live from. */
const DURABLE = { innodb_flush_log_at_trx_commit: '1', sync_binlog: '1', log_bin: '1' } as const

/** What the bench's own server is told beside what `npm start` tells its own, which keeps no binary log. */
export const DURABLE_SETTINGS: readonly string[] = [
  '--log-bin=binlog',
  '--server-id=1',
  '--sync-binlog=1',
  '--binlog-format=ROW',
  // Each 1,000 transfers are 2 MB of it: all of a run's would be many gigabytes.
  '--max-binlog-size=128M',
  '--binlog-expire-logs-seconds=1',
  '--innodb-flush-log-at-trx-commit=1',
]

export type Settings = Readonly<Record<string, string>>

const SHOWN = [
  ...Object.keys(DURABLE),
  ...['version', 'binlog_format', 'innodb_doublewrite', 'innodb_flush_method', 'innodb_buffer_pool_size'],
]

/** Reads what the server does for durability; throws if a COMMIT there is less than on disk. */
export async function readDurableSettings(mysqlUrl: string): Promise<Settings> {
  const options = { mysqlPoolSize: 1, mysqlLockWaitSeconds: 5, mysqlAcquireMilliseconds: 5_000 }
  const db = connectMysql({ mysqlUrl, ...options })
  try {
    const [[row]] = await db.raw(`SELECT ${SHOWN.map(name => `@@GLOBAL.${name} AS ${name}`).join(', ')}`)
    const settings = Object.fromEntries(SHOWN.map(name => [name, String(row[name])]))
    const wrong = Object.entries(DURABLE).filter(([name, value]) => settings[name] !== value)
    if (wrong.length === 0) return settings
    const faults = wrong.map(([name, value]) => `${name} is ${settings[name]}, not ${value}`)
    throw new ExpectedError(
      `A figure of this database would be bought with durability: ${faults.join('; ')}.`,
    )
  } finally {
    await db.destroy()
  }
}
