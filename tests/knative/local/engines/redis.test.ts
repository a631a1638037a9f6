import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { usualPlaces } from '../../../../knative/local/engines/find-program.ts'
import { findRedisServer } from '../../../../knative/local/engines/redis-server.ts'
import { isAlive } from '../../../../knative/local/owner-lock.mjs'
import { type OwnEngine, ownRedis } from '../../../support/private-engines.ts'

let own: OwnEngine

beforeEach(async () => {
  own = await ownRedis()
})

afterEach(async () => {
  await own.remove()
})

test('a cache that was killed comes back empty at the same address', async () => {
  expect(await ask(redis => redis.set('a', '1'))).toBe('OK')
  const pid = own.engine.pid ?? 0
  await own.engine.kill()
  expect(isAlive(pid)).toBe(false)
  await own.engine.start()
  expect(await ask(redis => redis.get('a'))).toBeNull()
})

test('it listens on the loopback address only and writes nothing to disk', async () => {
  const settings = await ask(redis =>
    Promise.all(['bind', 'save', 'appendonly'].map(name => redis.config('GET', name))),
  )
  expect(settings).toEqual([
    ['bind', '127.0.0.1'],
    ['save', ''],
    ['appendonly', 'no'],
  ])
})

test('the server program is found under the name it has in redis-tools', async () => {
  const server = findRedisServer(usualPlaces(process.env))
  await symlink(server?.path ?? '', join(own.directory, 'redis-check-rdb'))
  const found = findRedisServer({ path: own.directory, directories: [] })
  expect(found).toEqual({ path: join(own.directory, 'redis-check-rdb'), version: server?.version })
})

async function ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(own.engine.url)
  try {
    return await question(redis)
  } finally {
    redis.disconnect()
  }
}
