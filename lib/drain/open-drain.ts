import type { Logger } from '../log/logger.ts'
import { connectMysql, type Database } from '../mysql/connect.ts'
import { createPublisher, type Publisher } from '../pubsub/publisher.ts'
import { type Cache, createCache } from '../redis/cache.ts'
import { connectRedis } from '../redis/connect.ts'
import { Drainer } from './drainer.ts'
import type { SettledBatch } from './settled-batch.ts'
import { type Listeners, tell } from './tell.ts'

export type DrainConfig = {
  readonly mysqlUrl: string
  readonly mysqlPoolSize: number
  readonly mysqlLockWaitSeconds: number
  readonly mysqlAcquireMilliseconds: number
  readonly retrySeconds: number
  readonly redisUrl: string
  readonly redisKeyPrefix: string
  readonly redisCommandMilliseconds: number
  readonly projectId: string
  readonly publishMilliseconds: number
  readonly resultsTopic: string
  readonly drainBatchSize: number
}

export type OpenDrain = {
  readonly db: Database
  readonly publisher: Publisher
  readonly cache: Cache
  readonly listeners: Listeners
  readonly drainer: Drainer
  readonly now: () => Date
  close(): Promise<void>
}

/** Opens what draining needs: the database, the topics, the cache, and a drainer over them. */
export async function openDrain(config: DrainConfig, log: Logger): Promise<OpenDrain> {
  const db = connectMysql({
    url: config.mysqlUrl,
    poolSize: config.mysqlPoolSize,
    lockWaitSeconds: config.mysqlLockWaitSeconds,
    acquireTimeoutMilliseconds: config.mysqlAcquireMilliseconds,
  })
  const publisher = createPublisher(config)
  const redis = connectRedis(config, log)
  const cache = createCache(redis)
  const listeners = { db, publisher, resultsTopic: config.resultsTopic, cache, log }
  const now = () => new Date()
  const drainer = new Drainer({
    db,
    tell: (outboxId: string, batch: SettledBatch) => tell(listeners, outboxId, batch),
    batchSize: config.drainBatchSize,
    retryMilliseconds: config.retrySeconds * 1000,
    now,
    log,
  })
  const close = async () => {
    redis.disconnect()
    await publisher.close()
    await db.destroy()
  }
  return { db, publisher, cache, listeners, drainer, now, close }
}
