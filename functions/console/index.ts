import { createCallerGuards } from '../../lib/auth/caller-guards.ts'
import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import {
  callerVariables,
  mysqlVariables,
  processVariables,
  redisVariables,
} from '../../lib/config/variables.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { connectMysql } from '../../lib/mysql/connect.ts'
import { connectRedis } from '../../lib/redis/connect.ts'
import { createPointStore } from '../../lib/redis/points.ts'
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
  return {
    routes: guardRoutes(createRoutes(), createCallerGuards(config, redis, now)),
    points: createPointStore(redis),
    close: async () => {
      redis.disconnect()
      await db.destroy()
    },
  }
}
