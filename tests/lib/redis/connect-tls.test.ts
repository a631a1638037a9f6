import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { freePort } from '../../../knative/local/engines/free-port.ts'
import type { Logger } from '../../../lib/log/logger.ts'
import { connectRedis } from '../../../lib/redis/connect.ts'
import { testAuthority, writeCertified } from '../../support/certificates.ts'
import { type OwnEngine, ownRedis } from '../../support/private-engines.ts'

const own = testAuthority('own')
const other = testAuthority('other')
let engine: OwnEngine
let address: string
let redis: Redis | undefined

beforeAll(async () => {
  engine = await ownRedis()
  const { certificate, key } = writeCertified(engine.directory, own.server)
  const port = await freePort()
  const admin = new Redis(engine.engine.url)
  await admin.config('SET', 'tls-auth-clients', 'no')
  await admin.config('SET', 'tls-key-file', key, 'tls-cert-file', certificate)
  await admin.config('SET', 'tls-port', port)
  admin.disconnect()
  address = `127.0.0.1:${port}`
})

afterEach(() => {
  redis?.disconnect()
  redis = undefined
})

afterAll(async () => {
  await engine.remove()
})

/** Connects, and answers what came first: 'ready', or what the log was told. */
async function connect(redisUrl: string, redisCa: readonly string[]): Promise<string> {
  const outcome = Promise.withResolvers<string>()
  const warn = ({ error }: { error: string }) => outcome.resolve(error)
  const log = { warn, info: () => undefined } as unknown as Logger
  const options = { redisUrl, redisCa, redisKeyPrefix: 'tls:', redisCommandMilliseconds: 1000 }
  redis = connectRedis(options, log).once('ready', () => outcome.resolve('ready'))
  return await outcome.promise
}

test.each(['rediss', 'redis'])(
  'with a CA, %s:// connects with TLS to the cache it signed for, whatever name is in its certificate',
  async scheme => {
    expect(await connect(`${scheme}://${address}`, [own.ca])).toBe('ready')
    expect(redis?.stream).toMatchObject({ encrypted: true, authorized: true })
    expect(await redis?.set('a', '1')).toBe('OK')
  },
)

test('connects while a CA is replaced by another, with both', async () => {
  expect(await connect(`rediss://${address}`, [other.ca, own.ca])).toBe('ready')
})

test('refuses a cache that another CA signed for', async () => {
  expect(await connect(`rediss://${address}`, [other.ca])).toMatch(/certificate|signature/)
})

test('refuses a cache whose certificate no public authority signed when only TLS is asked for', async () => {
  expect(await connect(`rediss://${address}`, [])).toMatch(/certificate|signature/)
})

test('refuses a cache without TLS when a CA is given', async () => {
  const said = await connect(engine.engine.url, [own.ca])
  expect(said).not.toBe('ready')
})
