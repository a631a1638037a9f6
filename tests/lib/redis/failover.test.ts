import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { freePort } from '../../../knative/local/engines/free-port.ts'
import { createLogger } from '../../../lib/log/logger.ts'
import { connectRedis } from '../../../lib/redis/connect.ts'
import { type OwnEngine, ownRedis } from '../../support/private-engines.ts'

let own: OwnEngine
let admin: Redis
let redis: Redis

beforeAll(async () => {
  own = await ownRedis()
  admin = new Redis(own.engine.url)
  const options = { redisUrl: own.engine.url, redisKeyPrefix: 'failover:', redisCommandMilliseconds: 1000 }
  redis = connectRedis(options, createLogger('test', 'error'))
  await once(redis, 'ready')
})

afterAll(async () => {
  for (const client of [redis, admin]) client.disconnect()
  await own.remove()
})

test('connects anew when what it wrote to is no primary any more, and writes again once it finds one', async () => {
  await admin.replicaof('127.0.0.1', await freePort())
  const foundAgain = once(redis, 'ready')
  await expect(redis.set('a', '1')).rejects.toThrow('READONLY')
  await admin.replicaof('NO', 'ONE')
  await foundAgain
  expect(await redis.set('a', '1')).toBe('OK')
})
