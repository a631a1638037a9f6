import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { connectMysql } from '../../lib/mysql/connect.ts'
import type { Engines } from './check-database.ts'

/** By name, in words: without these a figure says nothing. */
export type Surroundings = Readonly<Record<string, string>>

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** What durability costs, and what the database may keep in memory. */
const VARIABLES = ['innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog', 'innodb_buffer_pool_size']

/** This machine, and the state of the sources. */
export function describeMachine(): Surroundings {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  return {
    commit: attempt(() => git('rev-parse', 'HEAD') + (git('status', '--porcelain') && ', with changes')),
    processor: `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    system: `${type()} ${release()}`,
    node: process.version,
  }
}

/** The engines and how durable they are; nothing where they cannot be reached, as callers cannot. */
export async function describeEngines(engines: Engines | undefined): Promise<Surroundings> {
  if (engines === undefined) return {}
  const limits = { mysqlPoolSize: 1, mysqlLockWaitSeconds: 5, mysqlAcquireMilliseconds: 5000 }
  const db = connectMysql({ mysqlUrl: engines.mysqlUrl, ...limits })
  const redis = new Redis(engines.redisUrl)
  redis.on('error', () => undefined)
  try {
    const [[{ version }]] = await db.raw('SELECT VERSION() AS version')
    const [variables] = await db.raw(
      `SHOW VARIABLES WHERE Variable_name IN (${VARIABLES.map(() => '?').join(', ')})`,
      VARIABLES,
    )
    const cache = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown'
    return { database: version, cache, ...settingsOf(variables) }
  } finally {
    redis.disconnect()
    await db.destroy()
  }
}

function settingsOf(variables: readonly { Variable_name: string; Value: string }[]): Surroundings {
  return Object.fromEntries(variables.map(({ Variable_name, Value }) => [Variable_name, Value]))
}

function attempt(read: () => string): string {
  try {
    return read()
  } catch {
    return 'unknown'
  }
}
