import assert from 'node:assert/strict'
import { page, type Theme } from '../support/case.ts'
import { Channel } from '../support/channel.ts'
import { openPush } from './push.ts'

const backoff = (minimum: number, maximum: number) => ({
  retryPolicy: { minimumBackoff: { seconds: minimum }, maximumBackoff: { seconds: maximum } },
})

// The service measures at its end; a little less may pass between two looks at our clock.
const TOLERANCE_MS = 100

/** How long it takes, in milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = Date.now()
  await work()
  return Date.now() - begin
}

function atLeast(ms: number, took: number): void {
  assert(took >= ms - TOLERANCE_MS, `it came again after ${took} ms, not ${ms} ms`)
}

export const retry: Theme = {
  title: 'Retry policy',
  cases: [
    {
      behaviour: 'A nacked message comes again, and not before the minimum back-off',
      source: 'google.pubsub.v1 RetryPolicy.minimum_backoff',
      async run(service) {
        const channel = await Channel.open(service, backoff(2, 2))
        await channel.publish(['1'])
        const received = await channel.receiveOne()
        const took = await timed(async () => {
          await channel.nack(received)
          await channel.receive(1)
        })
        atLeast(2_000, took)
      },
    },
    {
      behaviour: 'A message that missed its deadline waits for the back-off too',
      source: 'google.pubsub.v1 Subscription.retry_policy',
      async run(service) {
        const channel = await Channel.open(service, backoff(2, 2))
        await channel.publish(['1'])
        const received = await channel.receiveOne()
        const took = await timed(async () => {
          await channel.extend(1, received)
          await channel.receive(1)
        })
        atLeast(3_000, took)
      },
    },
    {
      behaviour: 'A nacked push waits for the back-off too',
      source: 'google.pubsub.v1 Subscription.retry_policy',
      async run(service) {
        const { channel, endpoint } = await openPush(service, backoff(2, 2))
        await channel.publish(['1'])
        const first = await endpoint.next()
        const took = await timed(async () => {
          first.answer(500)
          await endpoint.next()
        })
        atLeast(2_000, took)
      },
    },
    {
      behaviour: 'The back-off of one message does not hold up another',
      source: page('subscription-retry-policy'),
      async run(service) {
        const channel = await Channel.open(service, backoff(60, 60))
        await channel.publish(['nacked'])
        await channel.nack(await channel.receiveOne())
        await channel.publish(['other'])
        assert.equal((await channel.receiveOne()).text, 'other')
        await channel.receiveNothing()
      },
    },
    {
      behaviour: 'Without a policy a nacked message comes again as soon as possible',
      source: 'google.pubsub.v1 Subscription.retry_policy',
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['1'])
        // Ten back-offs would take ten seconds even if each were only one second.
        for (let count = 0; count < 10; count += 1) await channel.nack(await channel.receiveOne())
        const took = await timed(() => channel.receive(1))
        assert(took < 5_000, `it took ${took} ms`)
      },
    },
  ],
}
