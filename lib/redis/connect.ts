import { Redis } from 'ioredis'
import type { Logger } from '../log/logger.ts'
import { gatherWrites } from './gather-writes.ts'

export type RedisOptions = {
  /** redis://…, or rediss://… for TLS. */
  readonly redisUrl: string
  /** The CA, or in times of rotation CAs, of this one cache, in PEM: asks for TLS with a certificate of theirs, whatever the scheme. */
  readonly redisCa?: readonly string[]
  readonly redisKeyPrefix: string
  readonly redisCommandMilliseconds: number
}

/**
 * Connects to the cache so that its absence costs a caller nothing: a command fails at once while there is no
 * connection, and within the timeout while there is one. Commands whose fate is unknown are not sent again.
 */
export function connectRedis(options: RedisOptions, log: Logger): Redis {
  const redis = new Redis(options.redisUrl, {
    keyPrefix: options.redisKeyPrefix,
    commandTimeout: options.redisCommandMilliseconds,
    connectTimeout: 2000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: attempt => Math.min(50 * attempt, 1000),
    // After a failover the old primary answers READONLY: find the new one.
    reconnectOnError: error => error.message.includes('READONLY'),
    ...tls(options.redisCa ?? []),
  })
  redis.on('connect', () => gatherWrites(redis.stream))
  let down = false
  redis.on('error', error => {
    if (!down) log.warn({ error: error.message }, 'cache away; going on without it')
    down = true
  })
  redis.on('ready', () => {
    if (down) log.info('cache back')
    down = false
  })
  return redis
}

/**
 * A CA that is given belongs to one cache and signs for no other, so whoever shows a certificate of its is that cache:
 * the name in it is not compared, since Memorystore is connected to by its address.
 */
function tls(ca: readonly string[]) {
  if (ca.length === 0) return {}
  return { tls: { ca: [...ca], minVersion: 'TLSv1.2' as const, checkServerIdentity: () => undefined } }
}
