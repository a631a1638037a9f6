import { type Environment, parseConfig } from '../lib/config/parse-config.ts'
import { wholeNumber } from '../lib/config/variable-kinds.ts'
import { mysqlVariables } from '../lib/config/variables.ts'
import type { Logger } from '../lib/log/logger.ts'
import { connectMysql, type Database } from '../lib/mysql/connect.ts'
import { isTransient } from '../lib/mysql/errors.ts'
import { migrate } from '../lib/mysql/migrate.ts'
import { retryTransient } from '../lib/retry/retry-transient.ts'

export const variables = {
  mysqlUrl: mysqlVariables.mysqlUrl,
  mysqlCa: mysqlVariables.mysqlCa,
  mysqlAcquireMilliseconds: mysqlVariables.mysqlAcquireMilliseconds,
  migrateSeconds: wholeNumber('MIGRATE_SECONDS', {
    about: 'how long to wait for the database, and then for another process that migrates',
    unit: 'seconds',
    // A database that fails over is back within a minute or two.
    fallback: '180',
    min: 1,
    max: 3600,
  }),
} as const

/** An index over a hundred million rows is long in the making, and nothing is heard meanwhile. */
const LONGEST_STATEMENT_SECONDS = 6 * 3600

/**
 * Brings the schema up to date, says in the log what was applied, and answers the exit code: 1 when the database cannot
 * be had within its time, or a migration failed. Safe to run twice at once. Throws ConfigError.
 */
export async function bringUpToDate(env: Environment, log: Logger): Promise<0 | 1> {
  const { migrateSeconds, ...config } = parseConfig(variables, env)
  const db = connectMysql({
    ...config,
    // One holds the lock, one works.
    mysqlPoolSize: 2,
    mysqlLockWaitSeconds: 60,
    mysqlSilenceSeconds: LONGEST_STATEMENT_SECONDS,
  })
  try {
    await waitFor(db, migrateSeconds, log)
    const applied = await migrate(db, migrateSeconds)
    log.info({ applied }, applied.length > 0 ? 'schema brought up to date' : 'schema was up to date')
    return 0
  } catch (error) {
    log.error(
      { error: error instanceof Error ? error.message : String(error) },
      'schema not brought up to date',
    )
    return 1
  } finally {
    await db.destroy()
  }
}

/** Only this is tried again: a migration that was cut off half way must be looked at. */
async function waitFor(db: Database, seconds: number, log: Logger): Promise<void> {
  const options = {
    what: `no database for ${seconds} s`,
    deadlineMilliseconds: seconds * 1000,
    isTransient,
    onRetry: (error: Error, attempt: number) => {
      if (attempt === 1) log.warn({ error: error.message }, 'waiting for the database')
    },
  }
  await retryTransient(options, async () => await db.raw('SELECT 1'))
}
