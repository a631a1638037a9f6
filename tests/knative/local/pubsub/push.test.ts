import { afterEach, expect, test } from '@jest/globals'
import { FakeClock } from './support/fake-clock.ts'
import { closeAll, type Push, startEndpoint, startFixture, until } from './support/fixture.ts'

afterEach(closeAll)

async function pushFixture(options: { ordered?: boolean; window?: number; clock?: FakeClock } = {}) {
  const { ordered = true, window, clock } = options
  const fixture = await startFixture({
    ...(window === undefined ? {} : { maxPushWindow: window }),
    ...(clock === undefined ? {} : { clock }),
  })
  const endpoint = await startEndpoint()
  const [topic] = await fixture.client.createTopic('pending')
  const [subscription] = await topic.createSubscription('worker', {
    pushConfig: { pushEndpoint: endpoint.url },
    enableMessageOrdering: ordered,
    ackDeadlineSeconds: 10,
  })
  const settled = (backlog: number) => until(async () => (await fixture.status('worker')).backlog === backlog)
  return { ...fixture, endpoint, topic, subscription, settled }
}

test('a push carries the message as the service wraps it', async () => {
  const { client, endpoint, status, settled } = await pushFixture()
  const topic = client.topic('pending', { messageOrdering: true })
  const messageId = await topic.publishMessage({
    data: Buffer.from('{"group":7}'),
    attributes: { kind: 'ring' },
    orderingKey: '7',
  })
  const push = await endpoint.next()
  const { publishTime } = push.body.message
  expect(push.body).toEqual({
    message: {
      data: Buffer.from('{"group":7}').toString('base64'),
      attributes: { kind: 'ring' },
      messageId,
      message_id: messageId,
      publishTime,
      publish_time: publishTime,
      orderingKey: '7',
    },
    subscription: 'projects/settle/subscriptions/worker',
  })
  expect(new Date(publishTime).toISOString()).toBe(publishTime)
  expect(push.headers['content-type']).toBe('application/json')
  expect(push.headers.authorization).toBeUndefined()
  expect(await status('worker')).toMatchObject({ backlog: 1, inFlight: 1 })
  push.answer(204)
  await settled(0)
})

test('one message of a key is in flight at a time, in publish order, while other keys go on', async () => {
  const { publish, endpoint, status, settled } = await pushFixture()
  await publish('pending', ['a1', 'a2', 'a3'], 'a')
  await publish('pending', ['b1', 'b2', 'b3'], 'b')
  const [a1, b1] = await endpoint.take(2)
  expect([a1?.text, b1?.text]).toEqual(['a1', 'b1'])
  b1?.answer(200)
  for (const expected of ['b2', 'b3']) {
    const push = await endpoint.next()
    expect(push.text).toBe(expected)
    push.answer(200)
  }
  await settled(3)
  // Key a has waited for its first message all along.
  expect(await status('worker')).toMatchObject({ backlog: 3, inFlight: 1 })
  expect(endpoint.arrived()).toEqual([])
  a1?.answer(200)
  for (const expected of ['a2', 'a3']) {
    const push = await endpoint.next()
    expect(push.text).toBe(expected)
    push.answer(200)
  }
  await settled(0)
})

test('a thousand keys arrive each in its own order, one in flight a key', async () => {
  const { publish, endpoint, settled } = await pushFixture()
  const keys = Array.from({ length: 1_000 }, (_, index) => `k${index}`)
  await Promise.all(keys.map(key => publish('pending', ['1', '2', '3'], key)))
  const seen = new Map<string, string[]>()
  const inFlight = new Set<string>()
  for (let count = 0; count < 3_000; count += 1) {
    const push = await endpoint.next()
    const key = push.body.message.orderingKey ?? ''
    expect(inFlight.has(key)).toBe(false)
    inFlight.add(key)
    seen.set(key, [...(seen.get(key) ?? []), push.text])
    // Answered later, so that a second message of the key would have had the time to come.
    setImmediate(() => {
      inFlight.delete(key)
      push.answer(200)
    })
  }
  expect([...seen.values()].every(texts => texts.join() === '1,2,3')).toBe(true)
  expect(seen.size).toBe(1_000)
  await settled(0)
})

test('messages without a key are pushed side by side up to the window', async () => {
  const { publish, endpoint, status, settled } = await pushFixture({ window: 3 })
  await publish('pending', ['1', '2', '3', '4', '5'])
  const first = await endpoint.take(3)
  expect(await status('worker')).toMatchObject({ backlog: 5, inFlight: 3 })
  first[1]?.answer(200)
  const fourth = await endpoint.next()
  expect(fourth.text).toBe('4')
  for (const push of [first[0], first[2], fourth]) push?.answer(200)
  ;(await endpoint.next()).answer(200)
  await settled(0)
})

test('a subscription without ordering pushes the messages of one key side by side', async () => {
  const { publish, endpoint } = await pushFixture({ ordered: false })
  await publish('pending', ['1', '2'], 'a')
  expect((await endpoint.take(2)).map(({ text }) => text)).toEqual(['1', '2'])
})

test('a nack brings the same message again and then its successors, in order', async () => {
  const { publish, endpoint, settled } = await pushFixture()
  await publish('pending', ['1', '2', '3'], 'a')
  const order: string[] = []
  for (const status of [200, 500, 503, 200, 200]) {
    const push = await endpoint.next()
    order.push(push.text)
    push.answer(status)
  }
  expect(order).toEqual(['1', '2', '2', '2', '3'])
  await settled(0)
})

test.each([200, 201, 202, 204])('status %i acknowledges', async status => {
  const { publish, endpoint, settled } = await pushFixture()
  await publish('pending', ['1'], 'a')
  ;(await endpoint.next()).answer(status)
  await settled(0)
})

test('status 102 acknowledges before the final answer', async () => {
  const { publish, endpoint, settled } = await pushFixture()
  await publish('pending', ['1'], 'a')
  const push = await endpoint.next()
  push.response.writeProcessing()
  await settled(0)
  push.answer(500)
})

test.each([203, 206, 301, 400, 404, 429, 500, 503])('status %i is a nack', async status => {
  const { publish, endpoint } = await pushFixture()
  await publish('pending', ['1'], 'a')
  ;(await endpoint.next()).answer(status)
  expect((await endpoint.next()).text).toBe('1')
})

const BROKEN: [string, (push: Push) => void][] = [
  ['a reset', push => push.response.socket?.resetAndDestroy()],
  ['garbage', push => push.response.socket?.end('this is not HTTP\r\n\r\n')],
  [
    'an answer cut short',
    push => push.response.socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
  ],
]
test.each(BROKEN)('%s is a nack', async (_, breakOff) => {
  const { publish, endpoint, settled } = await pushFixture()
  await publish('pending', ['1'], 'a')
  breakOff(await endpoint.next())
  const again = await endpoint.next()
  expect(again.text).toBe('1')
  again.answer(200)
  await settled(0)
})

test('an endpoint that hangs past the ack deadline loses the request and gets the message again', async () => {
  const clock = new FakeClock()
  const { publish, endpoint, settled } = await pushFixture({ clock })
  await publish('pending', ['1'], 'a')
  const hanging = await endpoint.next()
  // The ack deadline, and the retention of a week.
  expect(clock.pending()).toEqual([10_000, 604_800_000])
  clock.advance(10_000)
  await hanging.gone
  const again = await endpoint.next()
  expect(again.text).toBe('1')
  again.answer(200)
  await settled(0)
})

test('a changed push endpoint gets the next message, and none pauses the subscription', async () => {
  const { publish, endpoint, subscription, status, settled } = await pushFixture()
  const other = await startEndpoint()
  await publish('pending', ['1', '2', '3'], 'a')
  const first = await endpoint.next()
  await subscription.modifyPushConfig({ pushEndpoint: other.url })
  first.answer(200)
  const second = await other.next()
  expect(second.text).toBe('2')
  await subscription.modifyPushConfig({})
  second.answer(200)
  await settled(1)
  expect(await status('worker')).toMatchObject({ pushEndpoint: null, inFlight: 0 })
})

test('deleting a subscription aborts its pushes and drops its backlog', async () => {
  const clock = new FakeClock()
  const { publish, endpoint, subscription, page } = await pushFixture({ clock })
  await publish('pending', ['1', '2'], 'a')
  const push = await endpoint.next()
  await subscription.delete()
  await push.gone
  expect(clock.pending()).toEqual([])
  expect(endpoint.arrived()).toEqual([])
  expect(await page()).toEqual({
    switchedOff: ['push back-off', 'push slow start'],
    topics: { 'projects/settle/topics/pending': [] },
    subscriptions: {},
    faults: [],
  })
})
