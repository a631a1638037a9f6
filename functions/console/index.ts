import { createCallerGuards } from '../../lib/auth/caller-guards.ts'
import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createOwnership } from '../../lib/auth/ownership.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import {
  callerVariables,
  mysqlVariables,
  processVariables,
  redisVariables,
} from '../../lib/config/variables.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { connectMysql } from '../../lib/mysql/connect.ts'
import { compileValidators } from '../../lib/openapi/validator.ts'
import { createBatchTimes } from '../../lib/redis/batch-times.ts'
import { connectRedis } from '../../lib/redis/connect.ts'
import { createPointStore } from '../../lib/redis/points.ts'
import { createRoutes } from './handle.ts'
import { LedgerWatch } from './ledger-watch.ts'

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
  const points = createPointStore(redis)
  const parts = {
    ...config,
    db,
    points,
    now,
    log,
    watch: new LedgerWatch(db, now),
    ownership: createOwnership(db, config.retrySeconds),
    batchTimes: createBatchTimes(redis),
  }
  return {
    routes: guardRoutes(createRoutes(parts), createCallerGuards(config, redis, now)),
    warm: [compileValidators],
    points,
    close: async () => {
      redis.disconnect()
      await db.destroy()
    },
  }
}
