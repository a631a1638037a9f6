import { status } from '@grpc/grpc-js'
import { afterEach, expect, test } from '@jest/globals'
import { FakeClock } from './support/fake-clock.ts'
import { closeAll, startEndpoint, startFixture, until } from './support/fixture.ts'
import { messagesOf, pulling } from './support/pulling.ts'

afterEach(closeAll)

const MINUTE = 60_000

async function seekFixture(settings: object = {}) {
  const clock = new FakeClock()
  const fixture = await startFixture({ clock })
  const [topic] = await fixture.client.createTopic('pending')
  const [worker] = await topic.createSubscription('worker', settings)
  const calls = pulling(fixture, 'worker')
  /** Publishes one message a minute; returns when each was published. */
  const publishEachMinute = async (texts: readonly string[], key = '') => {
    const times: number[] = []
    for (const text of texts) {
      times.push(clock.now())
      await fixture.publish('pending', [text], key)
      clock.advance(MINUTE)
    }
    return times
  }
  // Raw, as the client cuts a Date down to whole seconds and microseconds.
  const seek = (timeMs: number) => {
    const time = { seconds: Math.floor(timeMs / 1_000), nanos: (timeMs % 1_000) * 1e6 }
    return fixture.subscriber.seek({ subscription: calls.subscription, time })
  }
  const takeAll = async () => {
    const leased = await calls.pull()
    if (leased.length > 0) await calls.acknowledge(...leased.map(({ ackId }) => ackId))
    return leased.map(({ text }) => text)
  }
  return { ...fixture, ...calls, clock, topic, worker, publishEachMinute, seek, takeAll }
}

test('a seek to a time to come acknowledges all there is and aborts the pushes in flight', async () => {
  const endpoint = await startEndpoint()
  const {
    clock,
    worker,
    publish,
    status: statusOf,
  } = await seekFixture({
    pushConfig: { pushEndpoint: endpoint.url },
    enableMessageOrdering: true,
    deadLetterPolicy: { deadLetterTopic: 'projects/settle/topics/pending', maxDeliveryAttempts: 5 },
  })
  await publish('pending', ['1', '2'], 'a')
  await publish('pending', ['3'])
  const pushes = await endpoint.take(2)
  await worker.seek(new Date(clock.now() + 1_000))
  for (const { gone } of pushes) await gone
  expect(await statusOf('worker')).toMatchObject({ backlog: 0, inFlight: 0 })
  // Only what there was: the next message is delivered, although it is older than the time.
  await publish('pending', ['4'], 'a')
  const next = await endpoint.next()
  expect([next.text, next.body.deliveryAttempt]).toEqual(['4', 1])
  expect(endpoint.arrived()).toEqual([])
})

test('a seek back brings unacknowledged messages only, unless acknowledged ones are retained', async () => {
  for (const [retainAckedMessages, expected] of [
    [false, ['3']],
    [true, ['2', '3']],
  ] as const) {
    const { pull, acknowledge, worker, publishEachMinute, texts } = await seekFixture({ retainAckedMessages })
    const [, second = 0] = await publishEachMinute(['1', '2', '3'])
    const [one, two] = await pull(2)
    await acknowledge(one?.ackId ?? '', two?.ackId ?? '')
    await worker.seek(new Date(second))
    expect(await texts()).toEqual(expected)
    await closeAll()
  }
})

test.each([
  [0, ['1', '2', '3']],
  [1, ['2', '3']],
  [MINUTE, ['2', '3']],
  [MINUTE + 1, ['3']],
  [-365 * 86_400_000, ['1', '2', '3']],
])('a seek to %i ms after the first message brings %j', async (offsetMs, expected) => {
  const { seek, publishEachMinute, takeAll, texts } = await seekFixture({ retainAckedMessages: true })
  const [first = 0] = await publishEachMinute(['1', '2', '3'])
  expect(await takeAll()).toEqual(['1', '2', '3'])
  await seek(first + offsetMs)
  expect(await texts()).toEqual(expected)
})

test('a seek forward acknowledges what was published before, leased or not', async () => {
  const { worker, pull, publishEachMinute, acknowledge, texts, status: statusOf } = await seekFixture()
  const [, , third = 0] = await publishEachMinute(['1', '2', '3'])
  const [leased] = await pull(1)
  await worker.seek(new Date(third))
  expect(await statusOf('worker')).toMatchObject({ backlog: 1, inFlight: 0 })
  await acknowledge(leased?.ackId ?? '')
  expect(await texts()).toEqual(['3'])
})

test('an acknowledgement from before a seek does not count after it', async () => {
  const { worker, pull, acknowledge, publishEachMinute, status: statusOf } = await seekFixture()
  const [first = 0] = await publishEachMinute(['1'])
  const [leased] = await pull()
  await worker.seek(new Date(first))
  await acknowledge(leased?.ackId ?? '')
  expect(await statusOf('worker')).toMatchObject({ backlog: 1, inFlight: 0 })
})

test('a key comes again in its order after a seek back, one in flight at a time', async () => {
  const endpoint = await startEndpoint()
  const {
    worker,
    publishEachMinute,
    status: statusOf,
  } = await seekFixture({
    pushConfig: { pushEndpoint: endpoint.url },
    enableMessageOrdering: true,
    retainAckedMessages: true,
    ackDeadlineSeconds: 600,
  })
  const [first = 0] = await publishEachMinute(['1', '2', '3'], 'a')
  const seen: string[] = []
  const answerAll = async () => {
    for (let count = 0; count < 3; count += 1) {
      const push = await endpoint.next()
      seen.push(push.text)
      expect(endpoint.arrived()).toEqual([])
      push.answer(200)
    }
  }
  await answerAll()
  await until(async () => (await statusOf('worker')).backlog === 0)
  await worker.seek(new Date(first))
  await answerAll()
  expect(seen).toEqual(['1', '2', '3', '1', '2', '3'])
})

test('a waiting subscriber of the client gets what a seek brings back', async () => {
  const { client, worker, publishEachMinute, takeAll } = await seekFixture({ retainAckedMessages: true })
  const [first = 0] = await publishEachMinute(['1'])
  await takeAll()
  const next = messagesOf(client.subscription('worker'))
  await worker.seek(new Date(first))
  expect((await next()).data.toString()).toBe('1')
})

test('topic retention lets a new subscription seek back before its creation, through its filter', async () => {
  const { publisher, subscriber, topic, clock, status: statusOf } = await seekFixture()
  await topic.setMetadata({ messageRetentionDuration: { seconds: 600 } })
  const start = clock.now()
  for (const kind of ['lost', 'ring', 'hop']) {
    const messages = [{ data: Buffer.from(kind), attributes: { kind } }]
    await publisher.publish({ topic: topic.name, messages })
    clock.advance(4 * MINUTE)
  }
  const [late] = await topic.createSubscription('late', { filter: 'attributes.kind != "hop"' })
  expect((await statusOf('late')).backlog).toBe(0)
  await late.seek(new Date(start))
  // The first one is past the ten minutes, and the third does not pass the filter.
  expect(await pulling({ subscriber }, 'late').texts()).toEqual(['ring'])
})

test('a topic without retention gives a new subscription nothing to seek back to', async () => {
  const { topic, publishEachMinute, status: statusOf } = await seekFixture()
  const [first = 0] = await publishEachMinute(['1'])
  const [late] = await topic.createSubscription('late')
  await late.seek(new Date(first))
  expect((await statusOf('late')).backlog).toBe(0)
})

test('a seek to nothing is refused, and so is one to a snapshot', async () => {
  const { subscriber, subscription } = await seekFixture()
  const nothing = subscriber.seek({ subscription })
  await expect(nothing).rejects.toMatchObject({ code: status.INVALID_ARGUMENT })
  const snapshot = subscriber.seek({ subscription, snapshot: 'projects/settle/snapshots/before' })
  await expect(snapshot).rejects.toMatchObject({ code: status.UNIMPLEMENTED })
})
