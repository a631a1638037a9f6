import type { Redis } from 'ioredis'
import type { Logger } from '../log/logger.ts'
import { connectMysql, type Database, type MysqlOptions } from '../mysql/connect.ts'
import { createPublisher, type LateLoadingPublisher, type PublisherOptions } from '../pubsub/publisher.ts'
import { createBatchTimes } from '../redis/batch-times.ts'
import { type Cache, createCache } from '../redis/cache.ts'
import { connectRedis, type RedisOptions } from '../redis/connect.ts'
import { createPointStore, type PointStore } from '../redis/points.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { Drainer } from './drainer.ts'
import { forget, type Listeners, tell } from './tell.ts'

export type DrainConfig = MysqlOptions &
  RedisOptions &
  PublisherOptions & {
    readonly resultsTopic: string
    readonly retrySeconds: number
    readonly drainBatchSize: number
  }

export type OpenDrain = {
  readonly db: Database
  readonly publisher: LateLoadingPublisher
  readonly redis: Redis
  readonly cache: Cache
  readonly listeners: Listeners
  readonly drainer: Drainer
  readonly points: PointStore
  readonly now: () => Date
  close(): Promise<void>
}

/** Opens what draining needs: the database, the topics, the cache, and a drainer over them. */
export async function openDrain(config: DrainConfig, log: Logger, telemetry: Telemetry): Promise<OpenDrain> {
  const db = connectMysql(config)
  const publisher = createPublisher(config)
  const redis = connectRedis(config, log)
  const cache = createCache(redis)
  const now = () => new Date()
  const batchTimes = createBatchTimes(redis)
  const listeners = {
    db,
    publisher,
    resultsTopic: config.resultsTopic,
    cache,
    batchTimes,
    now,
    telemetry,
    log,
  }
  const drainer = new Drainer({
    db,
    tell: (untold, told) => tell(listeners, untold, told),
    forget: outboxIds => forget(listeners, outboxIds),
    batchSize: config.drainBatchSize,
    retryMilliseconds: config.retrySeconds * 1000,
    now,
    telemetry,
    log,
  })
  const close = async () => {
    await drainer.end()
    redis.disconnect()
    await publisher.close()
    await db.destroy()
  }
  const points = createPointStore(redis)
  return { db, publisher, redis, cache, listeners, drainer, points, now, close }
}
