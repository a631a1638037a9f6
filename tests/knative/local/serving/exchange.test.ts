import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { until } from '../../../support/until.ts'
import { type ServedFixture, serveFixture } from './support/served-fixture.ts'

const ENTRY = fileURLToPath(new URL('../../../support/fixtures/run-streaming-function.ts', import.meta.url))
const MEGABYTE = 1 << 20

let served: ServedFixture
beforeAll(async () => {
  served = await serveFixture({ entry: ENTRY })
})
afterAll(() => served.close())

test('passes on the answer that comes after an interim one', async () => {
  expect(await (await fetch(`${served.url}/hints`)).text()).toBe('hinted')
})

test('passes on the head of a stream before there is anything in it, and its end when the reader leaves', async () => {
  const leave = new AbortController()
  const { status, headers } = await fetch(`${served.url}/stream`, { signal: leave.signal })
  expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  expect(served.pool.inFlight).toBe(1)
  leave.abort()
  await until('nothing is in flight', () => served.pool.inFlight === 0)
})

test.each([
  ['a small', 30_000],
  ['a large', 8 * MEGABYTE],
])(
  'takes the next request of a connection on which an answer came before all of %s body',
  async (_, size) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const [first, firstAnswer] = await post('/refuses', size, agent)
    expect(firstAnswer).toEqual([413, 'too much'])
    const [second, secondAnswer] = await post('/counts', size, agent)
    expect(secondAnswer).toEqual([200, String(size)])
    expect(second).toBe(first)
    agent.destroy()
  },
)

/** Sends so many bytes; resolves to the caller's port, and status and body of the answer. */
async function post(
  path: string,
  size: number,
  agent: Agent,
): Promise<[number | undefined, [number | undefined, string]]> {
  const sent = request(served.url + path, { agent, method: 'POST', headers: { 'content-length': size } })
  sent.end(Buffer.alloc(size))
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const port = answer.socket.localPort
  const chunks = await answer.toArray()
  return [port, [answer.statusCode, Buffer.concat(chunks).toString()]]
}
