import { afterEach, expect, test } from '@jest/globals'
import { closeAll, startEndpoint, startFixture, until } from './support/fixture.ts'

afterEach(closeAll)

type Draft = { data?: Buffer; attributes?: Record<string, string>; orderingKey?: string }

async function unwrappedFixture(pushConfig: object) {
  const fixture = await startFixture()
  const endpoint = await startEndpoint()
  const [topic] = await fixture.client.createTopic('pending')
  await topic.createSubscription('worker', { pushConfig: { pushEndpoint: endpoint.url, ...pushConfig } })
  const publishOne = async (message: Draft) => {
    const [{ messageIds }] = await fixture.publisher.publish({ topic: topic.name, messages: [message] })
    return messageIds?.[0] ?? ''
  }
  const settled = () => until(async () => (await fixture.status('worker')).backlog === 0)
  return { ...fixture, endpoint, publishOne, settled }
}

const PLAIN = { noWrapper: { writeMetadata: false } }
const METADATA = { noWrapper: { writeMetadata: true } }
const data = Buffer.from('{"group":7}')

test('without metadata the body is the data and no header tells of the message', async () => {
  const { endpoint, publishOne, settled } = await unwrappedFixture(PLAIN)
  const binary = Buffer.from([0, 255, 13, 10, 128])
  await publishOne({ data: binary, attributes: { kind: 'ring' }, orderingKey: 'a' })
  const push = await endpoint.next()
  expect(push.bytes).toEqual(binary)
  expect(Object.keys(push.headers).sort()).toEqual([
    'accept',
    'connection',
    'content-length',
    'from',
    'host',
    'user-agent',
  ])
  push.answer(204)
  await settled()
})

test('with metadata, id, time, subscription, key and attributes are headers', async () => {
  const { endpoint, publishOne } = await unwrappedFixture(METADATA)
  const attributes = { kind: 'ring', 'Content-Type': 'application/json', empty: '' }
  const messageId = await publishOne({ data, attributes, orderingKey: 'key 7' })
  const { bytes, headers } = await endpoint.next()
  expect(bytes).toEqual(data)
  expect(headers).toMatchObject({
    'x-goog-pubsub-subscription-name': 'projects/settle/subscriptions/worker',
    'x-goog-pubsub-message-id': messageId,
    'x-goog-pubsub-ordering-key': 'key 7',
    'content-type': 'application/json',
    'content-length': String(data.length),
    kind: 'ring',
    empty: '',
  })
  const publishTime = String(headers['x-goog-pubsub-publish-time'])
  expect(new Date(publishTime).toISOString()).toBe(publishTime)
})

test('a message without data has an empty body, and one without a key no header for it', async () => {
  const { endpoint, publishOne } = await unwrappedFixture(METADATA)
  await publishOne({ attributes: { kind: 'ring' } })
  const { bytes, headers } = await endpoint.next()
  expect([bytes.length, headers['content-length'], headers['kind']]).toEqual([0, '0', 'ring'])
  expect(headers).not.toHaveProperty('x-goog-pubsub-ordering-key')
})

test.each([
  ['a name with a space', { 'a b': 'x' }],
  ['a name with a colon', { 'a:b': 'x' }],
  ['a name with a line break', { 'a\r\nb': 'x' }],
  ['a name of other letters', { größe: 'x' }],
  ['a value with a line break', { a: 'x\r\nInjected: yes' }],
  ['a value with a zero', { a: 'x\0' }],
  ['a value of other letters', { a: '残高 😀' }],
])('an attribute that cannot be a header is left out and the message arrives: %s', async (_, attributes) => {
  const { endpoint, publishOne, settled } = await unwrappedFixture(METADATA)
  await publishOne({ data, attributes: { ...attributes, kind: 'ring' } })
  const push = await endpoint.next()
  expect([push.bytes, push.headers['kind']]).toEqual([data, 'ring'])
  for (const absent of ['a', 'b', 'injected', 'größe']) expect(push.headers).not.toHaveProperty(absent)
  push.answer(200)
  await settled()
})

test('an ordering key that cannot be a header is left out and the message arrives', async () => {
  const { endpoint, publishOne, settled } = await unwrappedFixture(METADATA)
  await publishOne({ data, orderingKey: '残高\n' })
  const push = await endpoint.next()
  expect(push.headers).not.toHaveProperty('x-goog-pubsub-ordering-key')
  push.answer(200)
  await settled()
})

test('attributes change nothing about the connection, the framing or what the service says', async () => {
  const { endpoint, publishOne, settled } = await unwrappedFixture(METADATA)
  const attributes = {
    Host: 'elsewhere.example',
    'content-LENGTH': '3',
    'Transfer-Encoding': 'chunked',
    Connection: 'close',
    'Keep-Alive': 'timeout=1',
    Upgrade: 'websocket',
    Expect: '100-continue',
    TE: 'trailers',
    Trailer: 'kind',
    'X-Goog-Pubsub-Message-Id': '1',
    'x-goog-pubsub-ordering-key': 'forged',
    kind: 'ring',
    KIND: 'hop',
  }
  const messageId = await publishOne({ data, attributes })
  const push = await endpoint.next()
  expect(push.bytes).toEqual(data)
  const { host, connection } = push.headers
  expect([host, connection]).toEqual([new URL(endpoint.url).host, 'keep-alive'])
  expect(push.headers).toMatchObject({
    'content-length': String(data.length),
    'x-goog-pubsub-message-id': messageId,
  })
  expect(['ring', 'hop']).toContain(push.headers['kind'])
  const absent = ['transfer-encoding', 'keep-alive', 'upgrade', 'expect', 'te', 'trailer']
  for (const name of [...absent, 'x-goog-pubsub-ordering-key']) expect(push.headers).not.toHaveProperty(name)
  push.answer(200)
  await settled()
  // The next request on the connection is read from its own beginning.
  await publishOne({ data: Buffer.from('next') })
  expect((await endpoint.next()).bytes.toString()).toBe('next')
})

test('an attribute may give the authorization, unless the subscription has a token of its own', async () => {
  const attributes = { authorization: 'Basic Zm9v' }
  const free = await unwrappedFixture(METADATA)
  await free.publishOne({ data, attributes })
  expect((await free.endpoint.next()).headers.authorization).toBe('Basic Zm9v')
  const signed = await unwrappedFixture({ ...METADATA, oidcToken: { serviceAccountEmail: 'push@settle' } })
  for (const name of ['authorization', 'Authorization', 'AUTHORIZATION']) {
    await signed.publishOne({ data, attributes: { [name]: 'Basic Zm9v' } })
    expect((await signed.endpoint.next()).headers.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/)
  }
})

test('a subscription goes back to wrapped pushes when it is told to', async () => {
  const { client, endpoint, publishOne } = await unwrappedFixture(METADATA)
  await client.subscription('worker').modifyPushConfig({ pushEndpoint: endpoint.url })
  await publishOne({ data })
  expect((await endpoint.next()).text).toBe(data.toString())
})
