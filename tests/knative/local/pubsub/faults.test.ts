import { afterEach, expect, test } from '@jest/globals'
import type { RunningFault } from '../../../../knative/local/pubsub/faults.ts'
import { FakeClock } from './support/fake-clock.ts'
import { closeAll, PROJECT, startEndpoint, startFixture, until } from './support/fixture.ts'
import { messagesOf, pulling } from './support/pulling.ts'

afterEach(closeAll)

const UNAVAILABLE = { code: 14 }
const NO_RETRY = { retry: { retryCodes: [] } } as object
const NUMBERS = Array.from({ length: 100 }, (_, index) => String(index))

async function faultFixture(settings: object = {}) {
  const clock = new FakeClock()
  const fixture = await startFixture({ clock })
  const [topic] = await fixture.client.createTopic('pending')
  await topic.createSubscription('worker', settings)
  const call = async (method: string, path: string, body?: object) => {
    const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await fetch(`${fixture.pubsub.adminUrl}${path}`, init)
    return { status: response.status, body: (await response.json()) as RunningFault & RunningFault[] }
  }
  const order = async (fault: object) => (await call('POST', '/faults', fault)).body
  const backlog = async () => (await fixture.status('worker')).backlog
  return { ...fixture, ...pulling(fixture, 'worker'), clock, topic, call, order, backlog }
}

test('a lost message reaches no subscription that the fault is for, and every other one', async () => {
  const { order, publish, topic, texts, subscriber } = await faultFixture()
  await topic.createSubscription('audit')
  await order({ kind: 'lose', target: 'worker', times: 1 })
  await publish('pending', ['1', '2'])
  expect(await texts()).toEqual(['2'])
  expect(await pulling({ subscriber }, 'audit').texts()).toEqual(['1', '2'])
})

test('a doubled message comes twice under one id, and each has to be acknowledged', async () => {
  const { order, publish, subscriber, subscription, acknowledge, backlog } = await faultFixture()
  await order({ kind: 'double', times: 1 })
  const [messageId] = await publish('pending', ['1'])
  const [{ receivedMessages = [] }] = await subscriber.pull({ subscription, maxMessages: 10 })
  expect(receivedMessages?.map(({ message }) => message?.messageId)).toEqual([messageId, messageId])
  await acknowledge(receivedMessages?.[0]?.ackId ?? '')
  expect(await backlog()).toBe(1)
})

test('a delayed message comes after its delay, the rest of its key behind it, and others at once', async () => {
  const { order, publish, pull, acknowledge, texts, clock } = await faultFixture({
    enableMessageOrdering: true,
  })
  await order({ kind: 'delay', delayMs: 5_000, times: 1 })
  await publish('pending', ['a1', 'a2'], 'a')
  await publish('pending', ['b1'], 'b')
  const [other] = await pull()
  expect(other?.text).toBe('b1')
  await acknowledge(other?.ackId ?? '')
  clock.advance(4_999)
  expect(await texts()).toEqual([])
  clock.advance(1)
  expect(await texts()).toEqual(['a1', 'a2'])
})

test('a reordered message comes after the next one, even of its own key', async () => {
  const { order, publish, texts, clock } = await faultFixture({ enableMessageOrdering: true })
  await order({ kind: 'reorder', times: 1 })
  await publish('pending', ['1'], 'a')
  expect(await texts()).toEqual([])
  await publish('pending', ['2', '3'], 'a')
  expect(await texts()).toEqual(['2', '1', '3'])
  // Two deadlines more would be left if the wait for another message still ran.
  expect(clock.pending().filter(ms => ms <= 1_000)).toEqual([])
})

test('a reordered message that nothing overtakes comes after the delay', async () => {
  const { order, publish, texts, clock } = await faultFixture()
  await order({ kind: 'reorder', delayMs: 3_000 })
  await publish('pending', ['1'])
  clock.advance(2_999)
  expect(await texts()).toEqual([])
  clock.advance(1)
  expect(await texts()).toEqual(['1'])
})

test.each(['call off', 'call off all', 'close'] as const)(
  'what a fault holds back is let go by "%s"',
  async how => {
    const { order, publish, texts, call, clock, pubsub } = await faultFixture()
    const { id } = await order({ kind: 'reorder', delayMs: 600_000 })
    await publish('pending', ['1'])
    expect(clock.pending()).toContain(600_000)
    if (how === 'close') {
      await pubsub.close()
      expect(clock.pending()).toEqual([])
      return
    }
    await call('DELETE', how === 'call off' ? `/faults/${id}` : '/faults')
    expect(await texts()).toEqual(['1'])
  },
)

test.each([
  ['the full name', `projects/${PROJECT}/subscriptions/worker`, true],
  ['the short name', 'worker', true],
  ['the name of its topic', 'pending', true],
  ['nothing', '', true],
  ['another name', 'audit', false],
  ['the end of the name', 'orker', false],
  ['another project', 'projects/other/subscriptions/worker', false],
])('a fault for %s strikes or not', async (_, target, strikes) => {
  const { order, publish, backlog } = await faultFixture()
  await order({ kind: 'lose', target })
  await publish('pending', ['1'])
  expect(await backlog()).toBe(strikes ? 0 : 1)
})

test('a fault strikes about its share of the messages, the same ones with the same seed', async () => {
  const lost = async (seed: number) => {
    const { order, publish, texts } = await faultFixture()
    await order({ kind: 'lose', share: 0.3, seed })
    await publish('pending', NUMBERS)
    const arrived = await texts(100)
    await closeAll()
    return NUMBERS.filter(text => !arrived.includes(text))
  }
  const first = await lost(7)
  // A share of 30 in 100 lies within these for all but one seed in 10,000.
  expect(first.length).toBeGreaterThan(12)
  expect(first.length).toBeLessThan(48)
  expect(await lost(7)).toEqual(first)
  expect(await lost(8)).not.toEqual(first)
})

test('a fault ends after its times, is listed with its strikes, and is called off by its id', async () => {
  const { order, publish, backlog, call, page } = await faultFixture()
  const kept = await order({ kind: 'lose', times: 2 })
  expect(kept).toEqual({
    kind: 'lose',
    target: '',
    share: 1,
    times: 2,
    delayMs: 1_000,
    seed: 1,
    id: kept.id,
    strikes: 0,
  })
  await publish('pending', ['1', '2', '3'])
  expect(await backlog()).toBe(1)
  expect((await call('GET', '/faults')).body).toEqual([{ ...kept, strikes: 2 }])
  expect((await page()).faults).toEqual([{ ...kept, strikes: 2 }])
  const other = await order({ kind: 'lose', share: 0 })
  expect((await call('DELETE', `/faults/${kept.id}`)).body).toEqual([other])
  expect((await call('DELETE', `/faults/${kept.id}`)).status).toBe(404)
  expect(await call('DELETE', '/faults')).toEqual({ status: 200, body: [] })
})

test('a publish whose answer is cut off is tried again by the client, so the message is there twice', async () => {
  const { order, topic, pull } = await faultFixture()
  await order({ kind: 'cut', target: 'pending', times: 1 })
  const messageId = await topic.publishMessage({ data: Buffer.from('1') })
  const leased = await pull()
  expect(leased.map(({ text }) => text)).toEqual(['1', '1'])
  expect(messageId).not.toBe('')
})

test('a push whose answer is cut off is done and comes again', async () => {
  const endpoint = await startEndpoint()
  const { order, publish, backlog } = await faultFixture({ pushConfig: { pushEndpoint: endpoint.url } })
  await order({ kind: 'cut', target: 'worker', times: 1 })
  await publish('pending', ['1'])
  ;(await endpoint.next()).answer(200)
  const again = await endpoint.next()
  expect([again.text, await backlog()]).toEqual(['1', 1])
  again.answer(200)
  await until(async () => (await backlog()) === 0)
})

test('a pull or an acknowledgement whose answer is cut off has happened', async () => {
  const { order, publish, subscriber, subscription, pull, clock, status, acknowledge } = await faultFixture()
  await publish('pending', ['1'])
  await order({ kind: 'cut', target: 'worker', times: 1 })
  const pulled = subscriber.pull({ subscription, maxMessages: 1, returnImmediately: true }, NO_RETRY)
  await expect(pulled).rejects.toMatchObject(UNAVAILABLE)
  expect(await status('worker')).toMatchObject({ backlog: 1, inFlight: 1 })
  clock.advance(10_000)
  const [leased] = await pull()
  await order({ kind: 'cut', target: 'worker', times: 1 })
  const acknowledged = subscriber.acknowledge({ subscription, ackIds: [leased?.ackId ?? ''] }, NO_RETRY)
  await expect(acknowledged).rejects.toMatchObject(UNAVAILABLE)
  expect(await status('worker')).toMatchObject({ backlog: 0, inFlight: 0 })
  // For the one who tries again all is well.
  await acknowledge(leased?.ackId ?? '')
})

test('a stream that is cut off ends with UNAVAILABLE, and what it carried stays leased', async () => {
  const { order, publish, subscriber, subscription, status } = await faultFixture()
  await order({ kind: 'cut', times: 1, target: 'worker' })
  const stream = subscriber.streamingPull(NO_RETRY)
  const ended = new Promise(resolve => stream.once('error', resolve))
  stream.on('data', () => {})
  stream.write({ subscription, streamAckDeadlineSeconds: 10 })
  await publish('pending', ['1'])
  expect(await ended).toMatchObject(UNAVAILABLE)
  expect(await status('worker')).toMatchObject({ backlog: 1, inFlight: 1 })
  stream.destroy()
})

test('the client comes back after its stream was cut off', async () => {
  const { order, publish, client, call } = await faultFixture()
  const { id } = await order({ kind: 'cut', target: 'worker', times: 1 })
  const subscription = client.subscription('worker', { streamingOptions: { maxStreams: 1 } })
  const next = messagesOf(subscription)
  await publish('pending', ['1'])
  expect((await next()).data.toString()).toBe('1')
  await until(async () =>
    (await call('GET', '/faults')).body.some(fault => fault.id === id && fault.strikes === 1),
  )
  await publish('pending', ['2'])
  expect((await next()).data.toString()).toBe('2')
})
