import { randomUUID } from 'node:crypto'
import { createCallerGuards } from '../../lib/auth/caller-guards.ts'
import { guardRoutes } from '../../lib/auth/guard-routes.ts'
import { createOwnership } from '../../lib/auth/ownership.ts'
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
import { findOldestPendingTime } from '../../lib/mysql/pending-age.ts'
import { Bells } from '../../lib/pubsub/bells.ts'
import { createPublisher } from '../../lib/pubsub/publisher.ts'
import { connectRedis } from '../../lib/redis/connect.ts'
import { Acceptor } from './acceptor.ts'
import { BackPressure } from './back-pressure.ts'
import { DecisionWatch } from './decision-watch.ts'
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

/** A step or two of a worker that is not behind. */
const PROMPT_SECONDS = 0.1
/** The oldest transaction waits for a step or two, and a step answers one bell of each group. */
const BELL_GAP = 0.5
/** So long after a pile-up is gone, the age that was read last may still say that there is one. */
const MAX_BELL_GAP_SECONDS = 1

export const open: OpenFunctionFrom = async (env, log) => {
  const config = parseConfig(variables, env, c => ({
    'MYSQL_LOCK_WAIT_SECONDS < RETRY_SECONDS': c.mysqlLockWaitSeconds < c.retrySeconds,
    'RETRY_SECONDS < ACK_DEADLINE_SECONDS': c.retrySeconds < c.ackDeadlineSeconds,
  }))
  const db = connectMysql(config)
  const publisher = createPublisher(config)
  const redis = connectRedis(config, log)
  const now = () => new Date()
  const gapMilliseconds = () => {
    const behindSeconds = Math.max(0, pressure.pendingSeconds - PROMPT_SECONDS)
    return Math.min(behindSeconds * BELL_GAP, MAX_BELL_GAP_SECONDS) * 1000
  }
  const bells = new Bells({ ...config, publisher, gapMilliseconds, log })
  const ownership = createOwnership(db, config.retrySeconds)
  const acceptor = new Acceptor({ ...config, db, ownership, bells, now, log })
  const watch = new DecisionWatch(db, log)
  const pressure: BackPressure = new BackPressure({
    ...config,
    queued: () => acceptor.queued,
    readPendingSeconds: async () => {
      const oldest = await findOldestPendingTime(db)
      return oldest === undefined ? 0 : (now().getTime() - oldest.getTime()) / 1000
    },
    now,
    log,
  })
  const parts = { ...config, db, acceptor, watch, pressure, ownership, now, newId: randomUUID, log }
  return {
    routes: guardRoutes(createRoutes(parts), {
      verifyPush: createVerifyPush(config, now),
      ...createCallerGuards(config, redis, now),
    }),
    pushPaths: ['/events/transactions'],
    close: async () => {
      redis.disconnect()
      await bells.end()
      await publisher.close()
      await db.destroy()
    },
  }
}
