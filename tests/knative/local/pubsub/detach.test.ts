import { status } from '@grpc/grpc-js'
import { afterEach, expect, test } from '@jest/globals'
import { FakeClock } from './support/fake-clock.ts'
import { closeAll, PROJECT, startEndpoint, startFixture, until } from './support/fixture.ts'
import { pulling } from './support/pulling.ts'

afterEach(closeAll)

const { FAILED_PRECONDITION, NOT_FOUND } = status
const NO_RETRY = { retry: { retryCodes: [] } } as object

async function detachFixture() {
  const clock = new FakeClock()
  const fixture = await startFixture({ clock })
  const [topic] = await fixture.client.createTopic('pending')
  const [worker] = await topic.createSubscription('worker')
  const detach = () => fixture.client.detachSubscription('worker')
  return { ...fixture, ...pulling(fixture, 'worker'), clock, topic, worker, detach }
}

const ENDS: [string, (fixture: Awaited<ReturnType<typeof detachFixture>>) => Promise<unknown>][] = [
  ['detached', ({ detach }) => detach()],
  [
    'turned to push',
    async ({ worker }) => worker.modifyPushConfig({ pushEndpoint: (await startEndpoint()).url }),
  ],
]
test.each(ENDS)('%s: a pull and a stream that wait are told at once, and leave no timer', async (_, end) => {
  const fixture = await detachFixture()
  const { subscriber, subscription, clock } = fixture
  const pulled = subscriber.pull({ subscription, maxMessages: 1 }, NO_RETRY)
  const pullEnded = expect(pulled).rejects.toMatchObject({ code: FAILED_PRECONDITION })
  const stream = subscriber.streamingPull(NO_RETRY)
  const streamEnded = new Promise<{ code?: number }>(resolve => stream.once('error', resolve))
  stream.write({ subscription, streamAckDeadlineSeconds: 10 })
  // An empty request is answered, so the stream is open by then.
  stream.write({})
  await new Promise(resolve => stream.once('data', resolve))
  await until(async () => clock.pending().length === 1)
  await end(fixture)
  await pullEnded
  expect((await streamEnded).code).toBe(FAILED_PRECONDITION)
  expect(clock.pending()).toEqual([])
})

test('a push in flight is aborted, the backlog is dropped, and nothing is pushed any more', async () => {
  const { client, topic, publish, status: statusOf, clock } = await detachFixture()
  const endpoint = await startEndpoint()
  await topic.createSubscription('pusher', { pushConfig: { pushEndpoint: endpoint.url } })
  await publish('pending', ['1'])
  const push = await endpoint.next()
  await client.detachSubscription('pusher')
  await push.gone
  await publish('pending', ['2'])
  expect(await statusOf('pusher')).toMatchObject({ backlog: 0, inFlight: 0, pushWindow: null })
  // The other subscription got both, so the second message has passed this one by.
  expect((await statusOf('worker')).backlog).toBe(2)
  expect(endpoint.arrived()).toEqual([])
  // The retention of the other subscription; no deadline, back-off or retention of this one.
  expect(clock.pending()).toEqual([604_800_000])
  const pushConfig = { pushEndpoint: endpoint.url }
  await client.subscription('pusher').modifyPushConfig(pushConfig)
  expect((await statusOf('pusher')).pushWindow).toBeNull()
})

test('a detached subscription says so, is refused to whoever takes from it, and can be deleted', async () => {
  const { client, topic, worker, publish, subscriber, subscription, pull, acknowledge, detach } =
    await detachFixture()
  await publish('pending', ['1'])
  const [leased] = await pull()
  await detach()
  await detach()
  expect(await client.subscription('worker').detached()).toEqual([true])
  for (const call of [
    () => pull(),
    () => subscriber.pull({ subscription, maxMessages: 1 }, NO_RETRY),
    () => subscriber.seek({ subscription, time: { seconds: 1 } }),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: FAILED_PRECONDITION })
  }
  // Without exactly-once delivery a late acknowledgement is no fault.
  await acknowledge(leased?.ackId ?? '')
  const [attached] = await topic.getSubscriptions()
  expect(attached).toEqual([])
  await worker.delete()
  expect(await worker.exists()).toEqual([false])
})

test('detaching what does not exist is NOT_FOUND', async () => {
  const { publisher } = await detachFixture()
  const subscription = `projects/${PROJECT}/subscriptions/unknown`
  const call = publisher.detachSubscription({ subscription })
  await expect(call).rejects.toMatchObject({ code: NOT_FOUND })
})

test('a subscription cannot be created detached', async () => {
  const { subscriber } = await detachFixture()
  const name = `projects/${PROJECT}/subscriptions/another`
  const topic = `projects/${PROJECT}/topics/pending`
  const [created] = await subscriber.createSubscription({ name, topic, detached: true })
  expect(created.detached).toBe(false)
})
