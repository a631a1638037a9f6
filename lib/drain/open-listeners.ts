import type { Redis } from 'ioredis'
import type { Logger } from '../log/logger.ts'
import { connectMysql, type MysqlOptions } from '../mysql/connect.ts'
import { createPublisher, type LateLoadingPublisher, type PublisherOptions } from '../pubsub/publisher.ts'
import { createBatchTimes } from '../redis/batch-times.ts'
import { createCache } from '../redis/cache.ts'
import { connectRedis, type RedisOptions } from '../redis/connect.ts'
import { createPointStore, type PointStore } from '../redis/points.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { Listeners } from './tell.ts'

export type ListenersConfig = MysqlOptions &
  RedisOptions &
  PublisherOptions & { readonly resultsTopic: string }

export type OpenListeners = {
  readonly listeners: Listeners
  readonly publisher: LateLoadingPublisher
  readonly redis: Redis
  readonly points: PointStore
  close(): Promise<void>
}

/** Opens what telling needs: the database, the topics and the cache. */
export function openListeners(config: ListenersConfig, log: Logger, telemetry: Telemetry): OpenListeners {
  const db = connectMysql(config)
  const publisher = createPublisher(config)
  const redis = connectRedis(config, log)
  const listeners = {
    db,
    publisher,
    resultsTopic: config.resultsTopic,
    cache: createCache(redis),
    batchTimes: createBatchTimes(redis),
    now: () => new Date(),
    telemetry,
    log,
  }
  const close = async () => {
    redis.disconnect()
    await publisher.close()
    await db.destroy()
  }
  return { listeners, publisher, redis, points: createPointStore(redis), close }
}
