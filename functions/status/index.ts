import { createCallerGuards } from '../../lib/auth/caller-guards.ts'
import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createOwnership } from '../../lib/auth/ownership.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import { wholeNumber } from '../../lib/config/variable-kinds.ts'
import {
  callerVariables,
  mysqlVariables,
  processVariables,
  redisVariables,
} from '../../lib/config/variables.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { connectMysql } from '../../lib/mysql/connect.ts'
import { createCache } from '../../lib/redis/cache.ts'
import { connectRedis } from '../../lib/redis/connect.ts'
import { createRoutes } from './handle.ts'
import { PendingReader } from './pending-reader.ts'

export const variables = {
  ...processVariables,
  ...mysqlVariables,
  ...redisVariables,
  ...callerVariables,
  pendingMilliseconds: wholeNumber('PENDING_MILLISECONDS', {
    about: 'how long the database may take to say what is pending, before a balance is answered without',
    unit: 'milliseconds',
    // A request waits for two queries at the most, the one on its way and its own: 20 ms each for 250 accounts, all that
    // an instance takes at once, with 40 debits pending of each. Six times that, and beyond it the database is away.
    fallback: '250',
    min: 1,
    max: 60_000,
  }),
} as const

export const open: OpenFunctionFrom = async (env, log) => {
  const config = parseConfig(variables, env)
  const db = connectMysql(config)
  const redis = connectRedis(config, log)
  const now = () => new Date()
  const sources = {
    ...config,
    db,
    cache: createCache(redis),
    pendingReader: new PendingReader({ ...config, db, log }),
    ownership: createOwnership(db, config.retrySeconds),
    now,
    log,
  }
  return {
    routes: guardRoutes(createRoutes(sources), createCallerGuards(config, redis, now)),
    close: async () => {
      redis.disconnect()
      await db.destroy()
    },
  }
}
