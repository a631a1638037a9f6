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
import { connectRedis } from '../../lib/redis/connect.ts'
import { createPointStore } from '../../lib/redis/points.ts'
import { assemble } from './assemble.ts'
import { createRoutes } from './handle.ts'

export const variables = {
  ...processVariables,
  ...mysqlVariables,
  ...redisVariables,
  ...pubsubVariables,
  ...pushVariables,
  ...callerVariables,
  flushSize: wholeNumber('FLUSH_SIZE', {
    about: 'most transactions written by one INSERT',
    // 2,000 rows of 300 bytes stay far below max_allowed_packet (16 MB); their metadata is bounded by the acceptor.
    fallback: '2000',
    min: 1,
    max: 10_000,
  }),
  queueLimit: wholeNumber('QUEUE_LIMIT', {
    about: 'with more transactions than this waiting for their INSERT, no more are taken',
    // Ten flushes: some seconds of work, and some 10 MB of memory.
    fallback: '20000',
    min: 0,
    max: 1_000_000,
  }),
  pendingLimitSeconds: wholeNumber('PENDING_LIMIT_SECONDS', {
    about: 'when the oldest PENDING transaction has waited longer than this, no more are taken',
    unit: 'seconds',
    // The sweeper, each minute, must have had its chance to ring again for what was not rung.
    fallback: '180',
    min: 1,
    max: 86_400,
  }),
} as const

export const open: OpenFunctionFrom = async (env, log, telemetry) => {
  const config = parseConfig(variables, env, c => ({
    'MYSQL_LOCK_WAIT_SECONDS < RETRY_SECONDS': c.mysqlLockWaitSeconds < c.retrySeconds,
    'RETRY_SECONDS < ACK_DEADLINE_SECONDS': c.retrySeconds < c.ackDeadlineSeconds,
  }))
  const db = connectMysql(config)
  const publisher = createPublisher(config)
  const redis = connectRedis(config, log)
  const now = () => new Date()
  const parts = assemble({ ...config, db, publisher, now, newId: randomUUID, telemetry, log })
  return {
    routes: guardRoutes(createRoutes(parts), {
      verifyPush: createVerifyPush(config, now),
      ...createCallerGuards(config, redis, now),
    }),
    pushPaths: ['/events/transactions'],
    warm: [compileValidators, publisher.warm],
    points: createPointStore(redis),
    close: async () => {
      redis.disconnect()
      await parts.bells.end()
      await publisher.close()
      await db.destroy()
    },
  }
}
