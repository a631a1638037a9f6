import { afterEach, expect, test } from '@jest/globals'
import { FakeClock } from './support/fake-clock.ts'
import { closeAll, startEndpoint, startFixture, until } from './support/fixture.ts'
import { type RawPush, startRawEndpoint } from './support/raw-endpoint.ts'

afterEach(closeAll)

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

async function brokenFixture() {
  const clock = new FakeClock()
  const fixture = await startFixture({ clock })
  const endpoint = await startRawEndpoint()
  const [topic] = await fixture.client.createTopic('pending')
  await topic.createSubscription('worker', {
    pushConfig: { pushEndpoint: endpoint.url },
    ackDeadlineSeconds: 10,
    enableMessageOrdering: true,
  })
  await fixture.publish('pending', ['1'], 'a')
  /** The message comes again; then all is well, and nothing is left of the broken request. */
  const recovers = async () => {
    ;(await endpoint.next()).send(OK)
    await until(async () => (await fixture.status('worker')).backlog === 0)
    expect((await fixture.status('worker')).inFlight).toBe(0)
    expect(endpoint.arrived()).toBe(0)
    // The connection of the last request, which the next push would use.
    await until(async () => endpoint.connections() === 1)
    await fixture.pubsub.close()
    await until(async () => endpoint.connections() === 0)
    expect(clock.pending()).toEqual([])
  }
  return { ...fixture, clock, topic, endpoint, recovers }
}

/** Goes on for as long as the other side listens. */
function sendForever(socket: RawPush['socket'], start: string, piece: string): void {
  socket.write(start)
  const more = () => {
    if (!socket.destroyed) socket.write(piece, () => setImmediate(more))
  }
  more()
}

const NACKS: [string, (push: RawPush) => void][] = [
  ['closes without an answer', ({ socket }) => socket.end()],
  ['resets the connection', ({ socket }) => socket.resetAndDestroy()],
  ['answers garbage', ({ socket }) => socket.end('this is not HTTP\r\n\r\n')],
  ['answers zeros', ({ send }) => send('\0'.repeat(1_000))],
  ['answers in HTTP/2', ({ socket }) => socket.end(Buffer.from('000000040000000000', 'hex'))],
  ['closes in its status line', ({ socket }) => socket.end('HTTP/1.1 2')],
  ['closes in its headers', ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nContent-Le')],
  ['closes in its body', ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')],
  [
    'closes in a chunk',
    ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf'),
  ],
  [
    'sends a chunk without length',
    ({ send }) => send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'),
  ],
  [
    'gives two lengths',
    ({ send }) => send('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
  ],
  [
    'answers an endless header',
    ({ socket }) => sendForever(socket, 'HTTP/1.1 200 OK\r\nA: ', 'x'.repeat(4_096)),
  ],
  [
    'answers endless headers',
    ({ socket }) => sendForever(socket, 'HTTP/1.1 200 OK\r\n', 'A: b\r\n'.repeat(999)),
  ],
  ['answers an endless status line', ({ socket }) => sendForever(socket, 'HTTP/1.1 200 ', 'x'.repeat(4_096))],
  [
    'upgrades',
    ({ send }) =>
      send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
  ],
  [
    'hints and then refuses',
    ({ send }) => send(`HTTP/1.1 103 Early Hints\r\n\r\n${OK.replace('200', '500')}`),
  ],
  ['answers with a status of 999', ({ send }) => send(OK.replace('200', '999'))],
]
test.each(NACKS)('an endpoint that %s gets the message again', async (_, answer) => {
  const { endpoint, recovers } = await brokenFixture()
  const push = await endpoint.next()
  answer(push)
  await recovers()
})

const WAITS: [string, (push: RawPush) => void][] = [
  ['answers nothing', () => {}],
  ['answers half a status line', ({ send }) => send('HTTP/1.1 200')],
  ['answers 100 only', ({ send }) => send('HTTP/1.1 100 Continue\r\n\r\n')],
  ['answers 103 only', ({ send }) => send('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')],
  ['answers 103 without end', ({ socket }) => sendForever(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n')],
  [
    'answers an endless body',
    ({ socket }) =>
      sendForever(socket, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '4\r\nmore\r\n'),
  ],
  ['answers a body without length', ({ send }) => send('HTTP/1.1 200 OK\r\n\r\nuntil the connection ends')],
]
test.each(WAITS)('an endpoint that %s is waited for until the ack deadline', async (_, answer) => {
  const { endpoint, recovers, clock, status } = await brokenFixture()
  const push = await endpoint.next()
  answer(push)
  clock.advance(9_999)
  expect(await status('worker')).toMatchObject({ backlog: 1, inFlight: 1 })
  expect([push.socket.destroyed, endpoint.arrived()]).toEqual([false, 0])
  clock.advance(1)
  await push.closed
  await recovers()
})

const ACKS: [string, string][] = [
  ['answers 100 first', `HTTP/1.1 100 Continue\r\n\r\n${OK}`],
  ['answers 103 first', `HTTP/1.1 103 Early Hints\r\n\r\n${OK}`],
  ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['answers twice', OK + OK],
]
test.each(ACKS)('an endpoint that %s has acknowledged', async (_, bytes) => {
  const { endpoint, publish, status, recovers } = await brokenFixture()
  ;(await endpoint.next()).send(bytes)
  await until(async () => (await status('worker')).backlog === 0)
  await publish('pending', ['2'], 'a')
  await recovers()
})

test('a redirect is a nack and is not followed', async () => {
  const { endpoint, recovers } = await brokenFixture()
  const elsewhere = await startEndpoint()
  const push = await endpoint.next()
  push.send(`HTTP/1.1 307 Temporary Redirect\r\nLocation: ${elsewhere.url}\r\nContent-Length: 0\r\n\r\n`)
  await recovers()
  expect(elsewhere.arrived()).toEqual([])
})

test.each([
  ['nothing listens on', () => 'http://127.0.0.1:9/'],
  ['has no address', () => 'http://no-such-host.invalid/'],
  ['speaks no TLS', async () => (await startEndpoint()).url.replace('http:', 'https:')],
  // Node throws at once for this one.
  ['has credentials that are not encoded', () => 'http://%@127.0.0.1:9/'],
])('an endpoint that %s is a nack each time, and the emulator goes on', async (_, urlOf) => {
  const { client, publish, status } = await startFixture()
  const [letters] = await client.createTopic('letters')
  await letters.createSubscription('collected')
  const [topic] = await client.createTopic('pending')
  await topic.createSubscription('worker', {
    pushConfig: { pushEndpoint: await urlOf() },
    deadLetterPolicy: { deadLetterTopic: letters.name, maxDeliveryAttempts: 5 },
  })
  await publish('pending', ['1'])
  // Five nacks later it is a dead letter.
  await until(async () => (await status('collected')).backlog === 1)
  expect(await status('worker')).toMatchObject({ backlog: 0, inFlight: 0 })
})
