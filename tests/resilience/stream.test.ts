import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openStream } from '../support/balance-stream.ts'
import { openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { type OwnEngine, ownMysql, ownRedis } from '../support/private-engines.ts'
import { until } from '../support/until.ts'

let redis: OwnEngine
let mysql: OwnEngine
let pipeline: Pipeline
beforeAll(async () => {
  redis = await ownRedis()
  mysql = await ownMysql()
  // No beat within a test: what is found is found without.
  const env = { STREAM_BEAT_SECONDS: '299', RETRY_SECONDS: '6' }
  pipeline = await startPipeline({ redisUrl: redis.engine.url, mysqlUrl: mysql.engine.url, env })
  await openAccounts(pipeline, ['alice', 'bob'], '100')
})
afterAll(async () => {
  await closePipelines()
  await redis.remove()
  await mysql.remove()
})

const open = (accountId: string, from = pipeline) => openStream(from.urls.get('status') ?? '', accountId)

let paid = 0
async function pay(through = pipeline): Promise<void> {
  paid += 1
  const transfer = { sourceAccountId: 'alice', destinationAccountId: 'bob', amount: '1' }
  const body = { transactionId: `pay-${paid}`, ...transfer }
  expect((await through.call('ingest', 'POST', '/api/v1/transactions/process', body)).status).toBe(202)
}

async function subscribers(): Promise<number> {
  const channel = `${pipeline.projectId}:balance:alice`
  const [, count] = (await pipeline.redis.call('PUBSUB', 'NUMSUB', channel)) as [string, number]
  return count
}

/** Tells of a version that only the news of the cache know of. */
async function publish(version: number): Promise<void> {
  const [, json = ''] = ((await pipeline.redis.get('balance:alice')) ?? '').split('|')
  const told = json.replace(/"version":\d+/, `"version":${version}`)
  await pipeline.redis.publish(`${pipeline.projectId}:balance:alice`, `${version}|${told}`)
}

test('a stream goes on without Redis, and hears again when it is back', async () => {
  const stream = await open('alice')
  expect((await stream.nextEvent()).version).toBe(1)
  await until('it is subscribed', async () => (await subscribers()) === 1)
  await redis.engine.kill()
  await pay()
  expect((await stream.nextEvent()).data).toMatchObject({ balance: 99, version: 2 })
  await redis.engine.start()
  await until('it is subscribed again', async () => (await subscribers().catch(() => 0)) === 1)
  await pay()
  expect((await stream.nextEvent()).data).toMatchObject({ balance: 98, version: 3 })
  await until(
    'the copy is told',
    async () => (await pipeline.redis.get('balance:alice'))?.startsWith('3|') === true,
  )
  await publish(50)
  expect((await stream.nextEvent()).version).toBe(50)
  await stream.leave()
  await until('nobody is subscribed', async () => (await subscribers()) === 0)
}, 60_000)

test('a subscription that is cut off is made again, and what was missed is looked up', async () => {
  const stream = await open('alice')
  const { version } = await stream.nextEvent()
  await until('it is subscribed', async () => (await subscribers()) === 1)
  await pipeline.db.raw(`UPDATE accounts SET version = version + 1 WHERE account_id = 'alice'`)
  await pipeline.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  expect((await stream.nextEvent()).version).toBe(version + 1)
  await until('it is subscribed again', async () => (await subscribers()) === 1)
  await publish(60)
  expect((await stream.nextEvent()).version).toBe(60)
  await stream.leave()
})

test('a stream works where Redis never was', async () => {
  const without = await startPipeline({ redisUrl: 'redis://127.0.0.1:1' })
  await openAccounts(without, ['alice', 'bob'], '100')
  const stream = await open('alice', without)
  expect((await stream.nextEvent()).version).toBe(1)
  await pay(without)
  expect((await stream.nextEvent()).data).toMatchObject({ balance: 99, version: 2 })
  await stream.leave()
})

test('a stream hears the news while the database is away, and is looked after when it is back', async () => {
  await until('the cache has it', async () => (await pipeline.redis.exists('balance:alice')) === 1)
  await mysql.engine.stop()
  const stream = await open('alice')
  const { version } = await stream.nextEvent()
  await until('it is subscribed', async () => (await subscribers()) === 1)
  await publish(version + 1)
  expect((await stream.nextEvent()).version).toBe(version + 1)
  await mysql.engine.start()
  await pipeline.db.raw(`UPDATE accounts SET version = ? WHERE account_id = 'alice'`, [version + 2])
  await pipeline.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  expect((await stream.nextEvent()).version).toBe(version + 2)
  await stream.leave()
}, 60_000)
