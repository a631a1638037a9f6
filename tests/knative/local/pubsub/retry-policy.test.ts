import { afterEach, expect, test } from '@jest/globals'
import { backoffMs } from '../../../../knative/local/pubsub/retry-policy.ts'
import { FakeClock } from './support/fake-clock.ts'
import { closeAll, startEndpoint, startFixture, until } from './support/fixture.ts'

afterEach(closeAll)

const seconds = (count: number) => ({ seconds: count, nanos: 0 })

test.each([
  ['the minimum after the first failure', 10, 600, 1, 10],
  ['the double after each', 10, 600, 4, 80],
  ['never more than the maximum', 10, 600, 8, 600],
  ['the maximum after a hundred failures', 1, 60, 100, 60],
  ['nothing when both are zero', 0, 0, 3, 0],
  ['nothing after more failures than a number can double', 0, 60, 2_000, 0],
])('back-off is %s', (_, minimum, maximum, failures, expected) => {
  const policy = { minimumBackoff: seconds(minimum), maximumBackoff: seconds(maximum) }
  expect(backoffMs(policy, failures)).toBe(expected * 1_000)
})

test('back-off is nothing without a policy, and 10 s to 600 s where the policy is silent', () => {
  expect(backoffMs(null, 9)).toBe(0)
  expect(backoffMs({ minimumBackoff: null, maximumBackoff: null }, 1)).toBe(10_000)
  expect(backoffMs({ minimumBackoff: null, maximumBackoff: null }, 20)).toBe(600_000)
})

test('a nacked message waits its back-off, its successors behind it, and another key does not wait', async () => {
  const clock = new FakeClock()
  const { client, publish, status } = await startFixture({ clock })
  const endpoint = await startEndpoint()
  const [topic] = await client.createTopic('pending')
  await topic.createSubscription('worker', {
    pushConfig: { pushEndpoint: endpoint.url },
    enableMessageOrdering: true,
    ackDeadlineSeconds: 60,
    retryPolicy: { minimumBackoff: seconds(10), maximumBackoff: seconds(30) },
  })
  const idle = () => until(async () => (await status('worker')).inFlight === 0)
  await publish('pending', ['a1', 'a2'], 'a')
  for (const backoff of [10_000, 20_000, 30_000, 30_000]) {
    const push = await endpoint.next()
    expect(push.text).toBe('a1')
    push.answer(500)
    await idle()
    // The retention of a week runs as well.
    expect(clock.pending().filter(ms => ms < 600_000)).toEqual([backoff])
    clock.advance(backoff - 1)
    expect(await status('worker')).toMatchObject({ backlog: 2, inFlight: 0 })
    clock.advance(1)
  }
  const last = await endpoint.next()
  last.answer(500)
  await idle()
  await publish('pending', ['b1'], 'b')
  const other = await endpoint.next()
  expect(other.text).toBe('b1')
  other.answer(200)
  clock.advance(30_000)
  for (const expected of ['a1', 'a2']) {
    const push = await endpoint.next()
    expect(push.text).toBe(expected)
    push.answer(200)
  }
  await until(async () => (await status('worker')).backlog === 0)
})
