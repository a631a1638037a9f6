import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import type { PushSubscription } from '../../../knative/local/wiring.ts'
import { afterTest, closeAll, startFixture } from '../../knative/local/pubsub/support/fixture.ts'
import { until } from '../../support/until.ts'
import { SimulatedPubsub } from '../pubsub.ts'
import { World } from '../world.ts'
import { pump } from './both-databases.ts'

type Delivery = { readonly subscription: string; readonly text: string; readonly attempt: number | undefined }
type OnPush = (delivery: Delivery) => number | Promise<number>

type Broker = {
  publish(texts: readonly string[], orderingKey: string): Promise<unknown>
  run<T>(work: Promise<T>): Promise<T>
}

const ATTEMPTS = 5
const subscriptionOf = (name: string, topic: string, ordered: boolean): PushSubscription => ({
  ...{ name, topic, function: name, path: `/${name}`, ordered, ackDeadlineSeconds: 10 },
  retry: { minimumSeconds: 0, maximumSeconds: 0 },
})
const subscriptions = (ordered: boolean): PushSubscription[] => [
  {
    ...subscriptionOf('worker', 'pending', ordered),
    deadLetter: { topic: 'letters', maxDeliveryAttempts: ATTEMPTS },
  },
  subscriptionOf('dead-letter', 'letters', true),
]

function deliveryOf(subscription: string, body: Buffer): Delivery {
  const { message, deliveryAttempt } = JSON.parse(body.toString())
  return { subscription, text: Buffer.from(message.data, 'base64').toString(), attempt: deliveryAttempt }
}

async function openSimulated(ordered: boolean, onPush: OnPush): Promise<Broker> {
  const world = new World(1)
  const pubsub = new SimulatedPubsub(
    world,
    subscriptions(ordered),
    async ({ name }, body) => await onPush(deliveryOf(name, body)),
  )
  const publish = async (texts: readonly string[], orderingKey: string) => {
    for (const text of texts) await pubsub.publisher().publish('pending', { orderingKey, data: text })
  }
  return { publish, run: pump(world) }
}

/** The emulator that Settle runs on here, which is held against what Google documents. */
async function openReal(ordered: boolean, onPush: OnPush): Promise<Broker> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    response.writeHead(await onPush(deliveryOf((request.url ?? '').slice(1), Buffer.concat(chunks)))).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => server.closeAllConnections())
  afterTest(() => server.close())
  const { client, publish } = await startFixture()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (const name of ['letters', 'pending']) await client.createTopic(name)
  for (const { name, topic, ordered: enableMessageOrdering, path, deadLetter } of subscriptions(ordered)) {
    await client.topic(topic).createSubscription(name, {
      ...{ pushConfig: { pushEndpoint: url + path }, enableMessageOrdering },
      retryPolicy: { minimumBackoff: { seconds: 0 }, maximumBackoff: { seconds: 0 } },
      ...(deadLetter && {
        deadLetterPolicy: {
          deadLetterTopic: client.topic(deadLetter.topic).name,
          maxDeliveryAttempts: deadLetter.maxDeliveryAttempts,
        },
      }),
    })
  }
  return { publish: (texts, orderingKey) => publish('pending', texts, orderingKey), run: work => work }
}

afterEach(closeAll)

const BROKERS = [
  ['the emulator', openReal],
  ['the simulated Pub/Sub', openSimulated],
] as const

test.each(BROKERS)('%s pushes the messages of a key one at a time, in order', async (_name, open) => {
  const seen: string[] = []
  let underWay = 0
  const { publish, run } = await open(true, async ({ text }) => {
    underWay += 1
    seen.push(`${text}, ${underWay} under way`)
    await new Promise(setImmediate)
    underWay -= 1
    return 204
  })
  await run(publish(['1', '2', '3'], 'a'))
  await run(until('all are pushed', () => seen.length >= 3))
  expect(seen).toEqual(['1, 1 under way', '2, 1 under way', '3, 1 under way'])
})

test.each(BROKERS)(
  '%s pushes again what is refused, counts, and holds back what is behind it',
  async (_name, open) => {
    const seen: string[] = []
    const { publish, run } = await open(true, ({ text, attempt }) => {
      seen.push(`${text} attempt ${attempt}`)
      return text === '1' && Number(attempt) < 3 ? 503 : 204
    })
    await run(publish(['1', '2'], 'a'))
    await run(until('both are taken', () => seen.includes('2 attempt 1')))
    expect(seen).toEqual(['1 attempt 1', '1 attempt 2', '1 attempt 3', '2 attempt 1'])
  },
)

test.each(BROKERS)(
  '%s gives a message that is refused again and again to the dead letters, and its key goes on',
  async (_name, open) => {
    const seen: string[] = []
    const { publish, run } = await open(true, ({ subscription, text }) => {
      seen.push(`${subscription} ${text}`)
      return subscription === 'worker' && text === 'bad' ? 500 : 204
    })
    await run(publish(['bad', 'good'], 'a'))
    const both = ['worker good', 'dead-letter bad']
    await run(until('both have come', () => both.every(one => seen.includes(one))))
    expect(seen.filter(one => one === 'worker bad')).toHaveLength(ATTEMPTS)
  },
)

test.each(
  BROKERS.flatMap(([name, open]) => [
    { name, open, which: 'another key', ordered: true, otherKey: 'b' },
    { name, open, which: 'a subscription without order', ordered: false, otherKey: 'a' },
  ]),
)('$name does not hold back a message of $which', async ({ open, ordered, otherKey }) => {
  const arrived = Promise.withResolvers<void>()
  const { publish, run } = await open(ordered, async ({ text }) => {
    if (text === 'second') arrived.resolve()
    await arrived.promise
    return 204
  })
  await run(publish(['first'], 'a'))
  await run(publish(['second'], otherKey))
  await run(arrived.promise)
})
