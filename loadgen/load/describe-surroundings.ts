import { Redis } from 'ioredis'
import { connectMysql } from '../../lib/mysql/connect.ts'
import { describeMachine } from '../figures/describe-machine.ts'
import type { Engines } from './check-database.ts'

type EngineUrls = Pick<Engines, 'mysqlUrl' | 'redisUrl'>

/** By name, in words: without these a figure says nothing. */
export type Surroundings = Readonly<Record<string, string>>

/** What durability costs, and what the database may keep in memory. */
const VARIABLES = ['innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog', 'innodb_buffer_pool_size']

/** This machine, the state of the sources, and the engines where they can be reached, as callers cannot. */
export async function describeSurroundings(engines: EngineUrls | undefined): Promise<Surroundings> {
  const { commit = 'unknown', processor, cores, memoryGb, system, node } = describeMachine()
  const machine = {
    commit,
    processor: `${processor}, ${cores} cores`,
    memory: `${memoryGb} GiB`,
    system,
    node,
  }
  return { ...machine, ...(engines && (await describeEngines(engines))) }
}

/** What they are, and how durable. */
async function describeEngines({ mysqlUrl, redisUrl }: EngineUrls): Promise<Surroundings> {
  const limits = { mysqlPoolSize: 1, mysqlLockWaitSeconds: 5, mysqlAcquireMilliseconds: 5000 }
  const db = connectMysql({ mysqlUrl, ...limits })
  const redis = new Redis(redisUrl)
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
