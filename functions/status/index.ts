import { parseConfig } from '../../lib/config/parse-config.ts'
import { mysqlVariables, processVariables, redisVariables } from '../../lib/config/variables.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { connectMysql } from '../../lib/mysql/connect.ts'
import { createCache } from '../../lib/redis/cache.ts'
import { connectRedis } from '../../lib/redis/connect.ts'
import { createRoutes } from './handle.ts'

export const variables = { ...processVariables, ...mysqlVariables, ...redisVariables } as const

export const open: OpenFunctionFrom = async (env, log) => {
  const config = parseConfig(variables, env)
  const db = connectMysql(config)
  const redis = connectRedis(config, log)
  return {
    routes: createRoutes({ ...config, db, cache: createCache(redis), now: () => new Date(), log }),
    close: async () => {
      redis.disconnect()
      await db.destroy()
    },
  }
}
