import { randomUUID } from 'node:crypto'
import { createCallerGuards } from '../../lib/auth/caller-guards.ts'
import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createVerifyPush } from '../../lib/auth/verify-push.ts'
import { parseConfig } from '../../lib/config/parse-config.ts'
import { wholeNumber } from '../../lib/config/variable-kinds.ts'
import {
  callerVariables,
  mysqlVariables,
  processVariables,
  pubsubVariables,
  pushVariables,
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
  ...pushVariables,
  ...callerVariables,
  sweepAgeSeconds: wholeNumber('SWEEP_AGE_SECONDS', {
    about: 'how old PENDING transactions and outbox rows must be to count as left behind',
    unit: 'seconds',
    fallback: '10',
    min: 0,
    max: 3600,
  }),
} as const

export const open: OpenFunctionFrom = async (env, log, telemetry) => {
  const config = parseConfig(variables, env)
  const db = connectMysql(config)
  const publisher = createPublisher(config)
  const redis = connectRedis(config, log)
  const now = () => new Date()
  const listeners = {
    db,
    publisher,
    resultsTopic: config.resultsTopic,
    cache: createCache(redis),
    batchTimes: createBatchTimes(redis),
    now,
    telemetry,
    log,
  }
  const sweep = { ...config, listeners, redis, now, newToken: randomUUID }
  return {
    routes: guardRoutes(createRoutes(sweep), {
      verifyPush: createVerifyPush(config, now),
      ...createCallerGuards(config, redis, now),
    }),
    warm: async () => {
      compileValidators()
      await publisher.warm()
    },
    points: createPointStore(redis),
    close: async () => {
      redis.disconnect()
      await publisher.close()
      await db.destroy()
    },
  }
}
