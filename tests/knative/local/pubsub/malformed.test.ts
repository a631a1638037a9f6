import { Client, credentials, status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { afterTest, closeAll, startFixture } from './support/fixture.ts'

const TOPIC = 'projects/settle/topics/pending'
const SUBSCRIPTION = 'projects/settle/subscriptions/worker'
const UNKNOWN = 'projects/settle/subscriptions/unknown'
const { INTERNAL, INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED } = status

let fixture: Awaited<ReturnType<typeof startFixture>>
let client: Client
beforeEach(async () => {
  fixture = await startFixture()
  await fixture.publisher.createTopic({ name: TOPIC })
  await fixture.subscriber.createSubscription({ name: SUBSCRIPTION, topic: TOPIC })
  client = new Client(fixture.pubsub.host, credentials.createInsecure())
  afterTest(() => client.close())
})
afterEach(closeAll)

const raw = (bytes: Buffer) => bytes

function callRaw(method: string, bytes: Buffer) {
  return new Promise<{ code?: status; details?: string }>(resolve =>
    client.makeUnaryRequest(`/google.pubsub.v1.${method}`, raw, raw, bytes, error => resolve(error ?? {})),
  )
}

test.each([
  ['no subscription', INVALID_ARGUMENT, [{ streamAckDeadlineSeconds: 10 }]],
  ['an unknown subscription', NOT_FOUND, [{ subscription: UNKNOWN, streamAckDeadlineSeconds: 10 }]],
  ['no deadline', INVALID_ARGUMENT, [{ subscription: SUBSCRIPTION }]],
  [
    'a subscription named twice',
    INVALID_ARGUMENT,
    [{ subscription: SUBSCRIPTION, streamAckDeadlineSeconds: 10 }, { subscription: SUBSCRIPTION }],
  ],
  [
    'deadlines without ack ids',
    INVALID_ARGUMENT,
    [{ subscription: SUBSCRIPTION, streamAckDeadlineSeconds: 10, modifyDeadlineSeconds: [10] }],
  ],
  [
    'an ack id that never was',
    INVALID_ARGUMENT,
    [{ subscription: SUBSCRIPTION, streamAckDeadlineSeconds: 10, ackIds: ['?'] }],
  ],
])('a stream with %s ends with the status of the service', async (_, code, requests) => {
  const stream = fixture.subscriber.streamingPull({ retry: { retryCodes: [] } } as object)
  const ended = new Promise<{ code?: number }>(resolve => stream.once('error', resolve))
  for (const request of requests) stream.write(request)
  expect((await ended).code).toBe(code)
  stream.destroy()
})

test('bytes that are no request are refused and the next call is served', async () => {
  // A field of a wire type that does not exist.
  const garbage = Buffer.from([0x7f])
  expect((await callRaw('Publisher/Publish', garbage)).code).toBe(INTERNAL)
  expect((await callRaw('Subscriber/Pull', garbage)).code).toBe(INTERNAL)
  expect((await callRaw('Subscriber/CreateSnapshot', Buffer.alloc(0))).code).toBe(UNIMPLEMENTED)
  expect((await callRaw('Subscriber/NoSuchMethod', Buffer.alloc(0))).code).toBe(UNIMPLEMENTED)
  const stream = client.makeBidiStreamRequest('/google.pubsub.v1.Subscriber/StreamingPull', raw, raw)
  const ended = new Promise<{ code?: number }>(resolve => stream.once('error', resolve))
  stream.write(garbage)
  expect((await ended).code).toBe(INTERNAL)
  expect(await fixture.publish('pending', ['still here'])).toHaveLength(1)
})

test('a refusal quotes a name of any length and any letters', async () => {
  const quoted = (details: string) => /name=(.*)\)\. Refer|name=(.*)$/s.exec(details)?.slice(1).join('')
  const createTopic = (nameBytes: Buffer) => {
    const length = Buffer.from([(nameBytes.length % 128) + 128, Math.floor(nameBytes.length / 128)])
    return callRaw('Publisher/CreateTopic', Buffer.concat([Buffer.from([10]), length, nameBytes]))
  }
  const long = await createTopic(Buffer.alloc(16_000, '残'))
  expect(long.code).toBe(INVALID_ARGUMENT)
  expect(quoted(long.details ?? '')).toMatch(/^残{900,}/)
  // Cut off in the middle of a surrogate pair.
  for (const start of ['', 'x']) {
    const pairs = await createTopic(Buffer.from(start + '😀'.repeat(1_000)))
    expect(pairs.code).toBe(INVALID_ARGUMENT)
    expect(quoted(pairs.details ?? '')).toMatch(/^x?(😀){400,}\ufffd?$/u)
  }
  // Half of a surrogate pair from the start, which is no UTF-8.
  const half = await createTopic(Buffer.from('eda080', 'hex'))
  expect(half).toMatchObject({ code: INVALID_ARGUMENT, details: expect.stringContaining('\ufffd') })
})
