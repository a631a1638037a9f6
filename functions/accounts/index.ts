import { randomUUID } from 'node:crypto'
import { createCallerGuards } from '../../lib/auth/caller-guards.ts'
import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createOwnership } from '../../lib/auth/ownership.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import {
  callerVariables,
  mysqlVariables,
  processVariables,
  pubsubVariables,
  redisVariables,
} from '../../lib/config/variables.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { connectMysql } from '../../lib/mysql/connect.ts'
import { compileValidators } from '../../lib/openapi/validator.ts'
import { createPublisher } from '../../lib/pubsub/publisher.ts'
import { createBatchTimes } from '../../lib/redis/batch-times.ts'
import { createCache } from '../../lib/redis/cache.ts'
import { connectRedis } from '../../lib/redis/connect.ts'
import { createPointStore } from '../../lib/redis/points.ts'
import { createRoutes } from './handle.ts'

export const variables = {
  ...processVariables,
  ...mysqlVariables,
  ...redisVariables,
  ...pubsubVariables,
  ...callerVariables,
} as const

export const open: OpenFunctionFrom = async (env, log, telemetry) => {
  const config = parseConfig(variables, env)
  const db = connectMysql(config)
  const redis = connectRedis(config, log)
  const publisher = createPublisher(config)
  const now = () => new Date()
  const parts = {
    ...config,
    db,
    cache: createCache(redis),
    batchTimes: createBatchTimes(redis),
    publisher,
    ownership: createOwnership(db, config.retrySeconds),
    now,
    newId: randomUUID,
    telemetry,
    log,
  }
  return {
    routes: guardRoutes(createRoutes(parts), createCallerGuards(config, redis, now)),
    warm: async () => {
      compileValidators()
      await publisher.warm()
    },
    points: createPointStore(redis),
    close: async () => {
      await publisher.close()
      redis.disconnect()
      await db.destroy()
    },
  }
}
