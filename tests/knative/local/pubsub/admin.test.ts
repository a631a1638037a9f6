import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { afterTest, closeAll, startFixture } from './support/fixture.ts'

afterEach(closeAll)

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeEach(async () => {
  fixture = await startFixture({ host: '0.0.0.0' })
})

const ask = (path: string, init?: RequestInit) => fetch(`${fixture.pubsub.adminUrl}${path}`, init)
const MAX_BODY = 64 * 1024

async function connects(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host)
  afterTest(() => socket.destroy())
  return once(socket, 'connect').then(
    () => true,
    () => false,
  )
}

test('the admin server is on loopback only, also when gRPC is not', async () => {
  const { port } = new URL(fixture.pubsub.adminUrl)
  const grpcPort = Number(fixture.pubsub.host.split(':')[1])
  const addresses = Object.values(networkInterfaces())
    .flatMap(found => found ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  expect(await connects('127.0.0.1', Number(port))).toBe(true)
  // All of 127.0.0.0/8 is loopback, and only its first address was asked for.
  const others = process.platform === 'linux' ? ['127.0.0.2'] : []
  for (const address of [...others, ...addresses.map(found => found.address)]) {
    expect([address, await connects(address, grpcPort)]).toEqual([address, true])
    expect([address, await connects(address, Number(port))]).toEqual([address, false])
  }
})

test('a program gets the page as JSON and a browser as HTML', async () => {
  const asProgram = await ask('/?verbose=yes')
  expect(asProgram.headers.get('content-type')).toBe('application/json')
  expect(await asProgram.json()).toEqual({
    switchedOff: ['push back-off', 'push slow start'],
    topics: {},
    subscriptions: {},
    faults: [],
  })
  const asBrowser = await ask('/', { headers: { accept: 'text/html,application/xhtml+xml;q=0.9' } })
  expect(asBrowser.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const html = await asBrowser.text()
  expect(html).toMatch(/^<!doctype html>/)
  // All that it loads is what it was served with.
  expect(html).not.toMatch(/src=|href=|https?:/)
})

test('the page says of each subscription how it is delivered and how far behind it is', async () => {
  const [topic] = await fixture.client.createTopic('pending')
  await topic.createSubscription('worker', { enableMessageOrdering: true })
  await topic.createSubscription('pusher', { pushConfig: { pushEndpoint: 'http://127.0.0.1:9/push' } })
  const { topics, subscriptions } = await fixture.page()
  const common = { topic: topic.name, backlog: 0, inFlight: 0, oldestUnackedAgeSeconds: 0 }
  const prefix = 'projects/settle/subscriptions/'
  expect(topics).toEqual({ [topic.name]: [`${prefix}worker`, `${prefix}pusher`] })
  expect(subscriptions).toEqual({
    [`${prefix}worker`]: {
      ...common,
      pushEndpoint: null,
      ordered: true,
      pushWindow: null,
      pushPausedForSeconds: null,
    },
    [`${prefix}pusher`]: {
      ...common,
      pushEndpoint: 'http://127.0.0.1:9/push',
      ordered: false,
      pushWindow: 1_000,
      pushPausedForSeconds: 0,
    },
  })
})

test.each([
  ['POST', '/'],
  ['HEAD', '/'],
  ['GET', '/nothing'],
  ['GET', '/token'],
  ['POST', '/jwks'],
  ['PUT', '/faults'],
  ['GET', '/faults/1'],
  ['DELETE', '/faults/1'],
  ['DELETE', '/faults/x'],
  ['DELETE', '/faults/'],
  ['DELETE', '/faults/99999999999999999999999'],
])('%s %s is answered with 404', async (method, path) => {
  expect((await ask(path, { method })).status).toBe(404)
})

const RULES = {
  kind: 'kind must be one of lose, double, delay, reorder, cut',
  share: 'share must be a number from 0 to 1',
  times: 'times must be a whole number from 1, or null',
  delayMs: 'delayMs must be a whole number from 0 to 600000',
  seed: 'seed must be a whole number from 0',
}
const EXAMPLE = 'Send a JSON object such as {"kind": "lose", "share": 0.1}.'
test.each([
  ['', EXAMPLE],
  ['{', EXAMPLE],
  ['null', EXAMPLE],
  ['[]', EXAMPLE],
  ['"lose"', EXAMPLE],
  ['\u0000\uffff', EXAMPLE],
  ['{}', `${RULES.kind}.`],
  ['{"kind":"explode"}', `${RULES.kind}.`],
  ['{"kind":["lose"]}', `${RULES.kind}.`],
  ['{"kind":"lose","share":1.1}', `${RULES.share}.`],
  ['{"kind":"lose","share":"1"}', `${RULES.share}.`],
  ['{"kind":"lose","share":null}', `${RULES.share}.`],
  ['{"kind":"lose","times":0}', `${RULES.times}.`],
  ['{"kind":"lose","times":1.5}', `${RULES.times}.`],
  ['{"kind":"lose","delayMs":600001}', `${RULES.delayMs}.`],
  ['{"kind":"lose","delayMs":-1}', `${RULES.delayMs}.`],
  ['{"kind":"lose","seed":-1}', `${RULES.seed}.`],
  ['{"kind":"lose","target":7}', 'target must be a string.'],
  ['{"kind":"lose","__proto__":{}}', '__proto__ is not known.'],
  ['{"kind":"lose","strikes":1}', 'strikes is not known.'],
  [
    '{"sort":"lose","share":2,"seed":0.5}',
    `sort is not known; ${RULES.kind}; ${RULES.share}; ${RULES.seed}.`,
  ],
])('the fault %j is refused, every wrong field named', async (body, message) => {
  const response = await ask('/faults', { method: 'POST', body })
  expect([response.status, await response.json()]).toEqual([400, { message }])
  expect((await fixture.page()).faults).toEqual([])
})

test('a body of 64 KiB is read and a byte more is answered with 413, however it is sent', async () => {
  const fault = '{"kind":"lose"}'
  const longest = fault.padEnd(MAX_BODY)
  expect((await ask('/faults', { method: 'POST', body: longest })).status).toBe(201)
  const tooLong = await ask('/faults', { method: 'POST', body: `${longest} ` })
  expect([tooLong.status, await tooLong.json()]).toEqual([413, { message: `More than ${MAX_BODY} bytes.` }])
  const inPieces = async function* () {
    for (let piece = 0; piece < 100; piece += 1) yield Buffer.alloc(MAX_BODY, ' ')
  }
  const init = { method: 'POST', body: ReadableStream.from(inPieces()), duplex: 'half' }
  expect((await ask('/token', init as RequestInit)).status).toBe(413)
  expect((await fixture.page()).faults).toHaveLength(1)
})

test.each([
  ['a request that breaks off', 'POST /faults HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"kind"'],
  ['bytes that are no HTTP', 'this is not HTTP\r\n\r\n'],
  ['an unfinished header', 'GET / HTTP/1.1\r\nHost: a\r\nX-Endless: '],
  ['a path that is no path', 'GET //%zz%00?%% HTTP/1.1\r\nHost: a\r\n\r\n'],
])('%s does no harm to the next request', async (_, bytes) => {
  const socket = connect(Number(new URL(fixture.pubsub.adminUrl).port), '127.0.0.1')
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  await once(socket, 'connect')
  socket.end(bytes)
  socket.resume()
  await closed
  expect((await ask('/')).status).toBe(200)
})

test.each([
  ['its Origin', { origin: 'https://example.com' }],
  ['a name of its own for loopback', { host: 'rebound.example.com' }],
])('a page of another site, told by %s, may neither order faults nor read', async (_, headers) => {
  const { hostname, port } = new URL(fixture.pubsub.adminUrl)
  const codeOf = (method: string, path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ hostname, port, method, path, headers }, response => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject)
      sent.end(method === 'POST' ? '{"kind":"lose"}' : undefined)
    })
  expect([await codeOf('POST', '/faults'), await codeOf('GET', '/')]).toEqual([403, 403])
  expect((await fixture.page()).faults).toEqual([])
})
