import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createOwnership } from '../../lib/auth/ownership.ts'
import { createRateLimit } from '../../lib/auth/rate-limit.ts'
import { createVerifyCaller } from '../../lib/auth/verify-caller.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
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

export const variables = {
  ...processVariables,
  ...mysqlVariables,
  ...redisVariables,
  ...callerVariables,
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
    ownership: createOwnership(db, config.retrySeconds),
    now,
    log,
  }
  return {
    routes: guardRoutes(createRoutes(sources), {
      verifyCaller: createVerifyCaller(config, now),
      rateLimit: createRateLimit(redis, config),
    }),
    close: async () => {
      redis.disconnect()
      await db.destroy()
    },
  }
}
