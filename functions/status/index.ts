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
import { compileValidators } from '../../lib/openapi/validator.ts'
import { createCache } from '../../lib/redis/cache.ts'
import { connectRedis } from '../../lib/redis/connect.ts'
import { createPointStore } from '../../lib/redis/points.ts'
import { BalanceStreams } from './balance-streams.ts'
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
  streamSeconds: wholeNumber('STREAM_SECONDS', {
    about: 'how long a stream lasts before its reader has to connect again',
    unit: 'seconds',
    // The manifest's timeoutSeconds, which cuts requests off, is 30 s more, and at most the 600 s a cluster allows.
    fallback: '300',
    min: 2,
    max: 570,
  }),
  streamBeatSeconds: wholeNumber('STREAM_BEAT_SECONDS', {
    about: 'how often a stream shows that it is alive, and looks for what it was not told',
    unit: 'seconds',
    // Half of the 30 s after which proxies commonly take silence for an end.
    fallback: '15',
    min: 1,
    max: 300,
  }),
  streamLimit: wholeNumber('STREAM_LIMIT', {
    about: 'most streams open at once; with more, 503',
    // Of the 250 requests that Knative lets in at once (containerConcurrency), 50 are left to the other routes.
    fallback: '200',
    min: 1,
    max: 10_000,
  }),
} as const

export const open: OpenFunctionFrom = async (env, log, telemetry) => {
  const config = parseConfig(variables, env, c => ({
    'STREAM_BEAT_SECONDS < STREAM_SECONDS': c.streamBeatSeconds < c.streamSeconds,
  }))
  const db = connectMysql(config)
  const redis = connectRedis(config, log)
  const streams = new BalanceStreams({ ...config, redis, db, log })
  const now = () => new Date()
  const sources = {
    ...config,
    db,
    cache: createCache(redis),
    pendingReader: new PendingReader({ ...config, db, log }),
    streams,
    ownership: createOwnership(db, config.retrySeconds),
    now,
    telemetry,
    log,
  }
  return {
    routes: guardRoutes(createRoutes(sources), createCallerGuards(config, redis, now)),
    warm: [compileValidators],
    endStreams: () => streams.end(),
    points: createPointStore(redis),
    close: async () => {
      streams.close()
      redis.disconnect()
      await db.destroy()
    },
  }
}
