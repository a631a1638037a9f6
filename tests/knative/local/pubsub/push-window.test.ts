import { afterEach, expect, test } from '@jest/globals'
import { PushWindow } from '../../../../knative/local/pubsub/push-window.ts'
import { closeAll, startEndpoint, startFixture, until } from './support/fixture.ts'

afterEach(closeAll)

test('a window starts with 3, doubles each round trip and stops at its maximum', () => {
  const window = new PushWindow({ max: 20, slowStart: true })
  const sizes = [window.size]
  for (let trip = 0; trip < 5; trip += 1) {
    for (let acks = window.size; acks > 0; acks -= 1) window.recordAck()
    sizes.push(window.size)
  }
  expect(sizes).toEqual([3, 6, 12, 20, 20, 20])
})

test('a window halves on each failure and never goes below 1', () => {
  const window = new PushWindow({ max: 100, slowStart: true })
  for (let acks = 0; acks < 20; acks += 1) window.recordAck()
  const sizes = [window.size]
  for (let failures = 0; failures < 6; failures += 1) {
    window.recordFailure()
    sizes.push(window.size)
  }
  expect(sizes).toEqual([23, 11, 5, 2, 1, 1, 1])
})

test('a maximum below the first size is the first size', () => {
  const window = new PushWindow({ max: 2, slowStart: true })
  window.recordAck()
  expect(window.size).toBe(2)
})

test('without slow start a window is at its maximum whatever happens', () => {
  const window = new PushWindow({ max: 7, slowStart: false })
  const sizes = [window.size]
  for (const record of ['recordFailure', 'recordAck', 'recordFailure'] as const) {
    window[record]()
    sizes.push(window.size)
  }
  expect(sizes).toEqual([7, 7, 7, 7])
})

async function windowFixture(options: { pushSlowStart: boolean; maxPushWindow: number }) {
  const fixture = await startFixture(options)
  const endpoint = await startEndpoint()
  const [topic] = await fixture.client.createTopic('pending')
  const [worker] = await topic.createSubscription('worker', {
    pushConfig: { pushEndpoint: endpoint.url },
    ackDeadlineSeconds: 600,
  })
  const texts = Array.from({ length: 40 }, (_, index) => String(index))
  await fixture.publish('pending', texts)
  const windowOf = async () => {
    const { inFlight, pushWindow } = await fixture.status('worker')
    return { inFlight, pushWindow }
  }
  const backlogIs = (count: number) => until(async () => (await fixture.status('worker')).backlog === count)
  return { ...fixture, endpoint, worker, windowOf, backlogIs }
}

test('a subscription is pushed 3 messages at once at first, twice as many after each round trip', async () => {
  const { endpoint, windowOf, backlogIs } = await windowFixture({ pushSlowStart: true, maxPushWindow: 10 })
  let backlog = 40
  for (const expected of [3, 6, 10, 10]) {
    const pushes = await endpoint.take(expected)
    expect(await windowOf()).toEqual({ inFlight: expected, pushWindow: expected })
    expect(endpoint.arrived()).toEqual([])
    for (const push of pushes) push.answer(200)
    backlog -= expected
    await backlogIs(backlog)
  }
})

test('failures narrow a subscription down to one push at a time, and a success widens it', async () => {
  const { endpoint, windowOf, backlogIs } = await windowFixture({ pushSlowStart: true, maxPushWindow: 10 })
  for (const push of await endpoint.take(3)) push.answer(200)
  await backlogIs(37)
  const six = await endpoint.take(6)
  for (const [index, push] of six.entries()) {
    push.answer(500)
    await until(async () => (await windowOf()).pushWindow === [3, 1, 1, 1, 1, 1][index])
    await until(async () => (await windowOf()).inFlight === Math.max(1, 5 - index))
  }
  const single = await endpoint.next()
  expect(await windowOf()).toEqual({ inFlight: 1, pushWindow: 1 })
  expect(endpoint.arrived()).toEqual([])
  single.answer(200)
  await endpoint.take(2)
  expect(await windowOf()).toEqual({ inFlight: 2, pushWindow: 2 })
})

test('without slow start the maximum is in flight from the first message on, failures or not', async () => {
  const { endpoint, windowOf, page, pubsub } = await windowFixture({
    pushSlowStart: false,
    maxPushWindow: 10,
  })
  for (const push of await endpoint.take(10)) push.answer(500)
  await endpoint.take(10)
  expect(await windowOf()).toEqual({ inFlight: 10, pushWindow: 10 })
  expect((await page()).switchedOff).toContain('push slow start')
  expect(pubsub.switchedOff).toContain('push slow start')
})

test('a new endpoint starts with a small window again, and a pull subscription has none', async () => {
  const { endpoint, worker, windowOf, backlogIs } = await windowFixture({
    pushSlowStart: true,
    maxPushWindow: 10,
  })
  for (const push of await endpoint.take(3)) push.answer(200)
  await backlogIs(37)
  expect((await windowOf()).pushWindow).toBe(6)
  await worker.modifyPushConfig({ pushEndpoint: (await startEndpoint()).url })
  expect((await windowOf()).pushWindow).toBe(3)
  await worker.modifyPushConfig({})
  expect((await windowOf()).pushWindow).toBeNull()
})
