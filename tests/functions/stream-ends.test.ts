import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createCache } from '../../lib/redis/cache.ts'
import { openStream } from '../support/balance-stream.ts'
import { checkFunction } from '../support/contract/under-contract.ts'
import { openAccounts } from '../support/ledger.ts'
import {
  closePipelines,
  type Pipeline,
  presentedAt,
  presentToken,
  startPipeline,
} from '../support/pipeline.ts'

const ENTRY = fileURLToPath(new URL('../../functions/start.ts', import.meta.url))

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
  await openAccounts(pipeline, ['alice'], '100')
})
afterAll(closePipelines)

let child: ChildProcess
let url: string
let ended: Promise<number | null>

beforeEach(async () => {
  const env = { ...pipeline.env, PATH: process.env['PATH'] ?? '', FUNCTION_TARGET: 'status', PORT: '0' }
  const flags = ['--disable-warning=ExperimentalWarning', ENTRY]
  child = spawn(process.execPath, flags, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  ended = once(child, 'exit').then(([code]) => code as number | null)
  if (child.stdout === null) throw new Error('no output')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  url = `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`
  checkFunction('status', url)
  presentToken(url, await pipeline.callerToken())
})

afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  await ended
})

test('a process that ends says so to its readers, and does not wait for them', async () => {
  const stream = await openStream(url, 'alice')
  expect((await stream.nextEvent()).version).toBe(1)
  child.kill('SIGTERM')
  expect(await stream.rest()).toEqual([': connect again'])
  // With 1 it would have waited until SHUTDOWN_SECONDS, and cut them off.
  expect(await ended).toBe(0)
})

test('a process that ends cuts off a reader that reads nothing', async () => {
  const quick = await openStream(url, 'alice')
  const slow = connect(Number(new URL(url).port), '127.0.0.1')
  const { authorization } = presentedAt(url)
  slow.write(
    `GET /api/v1/accounts/alice/balance/stream HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`,
  )
  await once(slow, 'data')
  slow.pause().on('error', () => undefined)
  const cache = createCache(pipeline.redis)
  const padding = 'x'.repeat(200_000)
  for (let version = 2; version <= 200; version += 1)
    await cache.write([], [{ accountId: 'alice', version, padding }])
  await quick.passTo(200)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  slow.destroy()
})
