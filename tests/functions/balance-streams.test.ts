import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { BalanceStreams } from '../../functions/status/balance-streams.ts'
import { createLogger } from '../../lib/log/logger.ts'
import { createCache } from '../../lib/redis/cache.ts'
import { openStream } from '../support/balance-stream.ts'
import { openAccounts } from '../support/ledger.ts'
import { closePipelines, type Pipeline, presentedAt, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
let streams: BalanceStreams
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['alice', 'bob', 'carol', 'slow'], '10')
  const limits = { streamLimit: 200, streamSeconds: 300, streamBeatSeconds: 300 }
  const log = createLogger('test', 'error')
  streams = new BalanceStreams({ redis: pipeline.redis, db: pipeline.db, log, ...limits })
})
afterAll(async () => {
  streams.end()
  streams.close()
  await closePipelines()
})

const subscribers = async (accountIds: readonly string[]) => {
  const channels = accountIds.map(accountId => `${pipeline.projectId}:balance:${accountId}`)
  const counts = (await pipeline.redis.call('PUBSUB', 'NUMSUB', ...channels)) as (string | number)[]
  return counts.filter(count => typeof count === 'number').reduce((sum, count) => sum + count, 0)
}

/** Opens a stream for a reader that was given version 0 of an account. */
function openFrom(accountId: string): PassThrough {
  const sink = new PassThrough({ encoding: 'utf8' })
  streams.open({ accountId, balance: { version: 0, json: '{}' }, version: -1, sink })
  return sink
}

test('finds what changed between the reading of the balance and the subscription', async () => {
  const sink = openFrom('alice')
  let text = ''
  sink.on('data', chunk => {
    text += chunk
  })
  await until('the newer balance is sent', () => text.includes('id: 1\n'))
  expect(text).toMatch(
    /^retry: 1000\n\nid: 0\nevent: balance\ndata: \{\}\n\nid: 1\nevent: balance\ndata: \{.*"balance":10\.00/,
  )
  sink.destroy()
  await until('nobody is subscribed', async () => (await subscribers(['alice'])) === 0)
  expect(streams.size).toBe(0)
})

test('looks at all accounts together, while one look runs', async () => {
  const looks: string[][] = []
  const note = ({ sql, bindings }: { sql: string; bindings: string[] }) => {
    if (sql.includes('FROM accounts')) looks.push(bindings.flat())
  }
  pipeline.db.on('query', note)
  const accountIds = ['alice', 'bob', 'carol']
  const sinks = await pipeline.db.transaction(async lock => {
    await lock.raw('LOCK TABLES accounts WRITE')
    const first = openFrom('alice')
    await until('it is looked at', () => looks.length === 1)
    const others = accountIds.slice(1).map(openFrom)
    await until('all are subscribed', async () => (await subscribers(accountIds)) === 3)
    await lock.raw('UNLOCK TABLES')
    return [first, ...others]
  })
  for (const sink of sinks) await until('it is told', () => String(sink.read() ?? '').includes('id: 1\n'))
  pipeline.db.off('query', note)
  expect(looks).toEqual([['alice'], accountIds])
  for (const sink of sinks) sink.destroy()
  await until('nobody is subscribed', async () => (await subscribers(accountIds)) === 0)
})

test('spares a slow reader the balances in between, and keeps none of them', async () => {
  const url = pipeline.urls.get('status') ?? ''
  const quick = await openStream(url, 'slow')
  expect((await quick.nextEvent()).version).toBe(1)
  const { socket, taken } = await openPaused(url)
  const cache = createCache(pipeline.redis)
  // Far more, 40 MB, than the buffers of the kernel on the way take.
  const padding = 'x'.repeat(200_000)
  for (let version = 2; version <= 200; version += 1)
    await cache.write([], [{ accountId: 'slow', version, padding }])
  await quick.passTo(200)
  socket.resume()
  await until('the slow reader has the newest', () => taken().includes('id: 200\n'))
  const versions = [...taken().matchAll(/^id: (\d+)$/gm)].map(([, version]) => Number(version))
  expect(versions).toEqual(versions.toSorted((a, b) => a - b))
  expect(versions.at(-1)).toBe(200)
  expect(versions.length).toBeLessThan(150)
  socket.destroy()
  await quick.leave()
})

test('cuts off a reader that reads nothing when its time is over', async () => {
  const brief = await startPipeline({ env: { STREAM_SECONDS: '2', STREAM_BEAT_SECONDS: '1' } })
  await openAccounts(brief, ['slow'], '10')
  const readers = async () => {
    const channel = `${brief.projectId}:balance:slow`
    const [, count] = (await brief.redis.call('PUBSUB', 'NUMSUB', channel)) as [string, number]
    return count
  }
  const { socket } = await openPaused(brief.urls.get('status') ?? '')
  await until('it is subscribed', async () => (await readers()) === 1)
  const cache = createCache(brief.redis)
  const padding = 'x'.repeat(20_000_000)
  await cache.write([], [{ accountId: 'slow', version: 2, padding }])
  await until('nobody is subscribed', async () => (await readers()) === 0)
  socket.destroy()
})

test('opens no stream once the instance ends, and sends one that was on its way to another', async () => {
  const limits = { streamLimit: 200, streamSeconds: 300, streamBeatSeconds: 300 }
  const log = createLogger('test', 'error')
  const ending = new BalanceStreams({ redis: pipeline.redis, db: pipeline.db, log, ...limits })
  expect(ending.hasRoom).toBe(true)
  ending.end()
  expect(ending.hasRoom).toBe(false)
  const sink = new PassThrough({ encoding: 'utf8' })
  ending.open({ accountId: 'bob', balance: { version: 1, json: '{}' }, version: 1, sink })
  expect((await sink.toArray()).join('')).toMatch(/: connect again\n\n$/)
  await until('it is gone', () => ending.size === 0)
  ending.close()
})

/** A reader that has asked, and reads nothing until it is resumed. */
async function openPaused(url: string): Promise<{ socket: Socket; taken: () => string }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8')
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  const { authorization } = presentedAt(url)
  socket.write(
    `GET /api/v1/accounts/slow/balance/stream HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`,
  )
  await once(socket, 'data')
  socket.pause()
  return { socket, taken: () => text }
}
