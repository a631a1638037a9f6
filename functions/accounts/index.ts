import { randomUUID } from 'node:crypto'
import { parseConfig } from '../../lib/config/parse-config.ts'
import {
  mysqlVariables,
  processVariables,
  pubsubVariables,
  redisVariables,
} from '../../lib/config/variables.ts'
import type { OpenFunctionFrom } from '../../lib/http/run-function.ts'
import { connectMysql } from '../../lib/mysql/connect.ts'
import { createPublisher } from '../../lib/pubsub/publisher.ts'
import { createCache } from '../../lib/redis/cache.ts'
import { connectRedis } from '../../lib/redis/connect.ts'
import { createRoutes } from './handle.ts'

export const variables = {
  ...processVariables,
  ...mysqlVariables,
  ...redisVariables,
  ...pubsubVariables,
} as const

export const open: OpenFunctionFrom = async (env, log) => {
  const config = parseConfig(variables, env)
  const db = connectMysql(config)
  const redis = connectRedis(config, log)
  const publisher = createPublisher(config)
  const cache = createCache(redis)
  return {
    routes: createRoutes({ ...config, db, cache, publisher, now: () => new Date(), newId: randomUUID, log }),
    close: async () => {
      await publisher.close()
      redis.disconnect()
      await db.destroy()
    },
  }
}
