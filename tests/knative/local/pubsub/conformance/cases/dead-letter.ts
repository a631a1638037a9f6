import assert from 'node:assert/strict'
import { until } from '../../../../../support/until.ts'
import { page, type Theme } from '../support/case.ts'
import { Channel, type Received, type Settings, texts } from '../support/channel.ts'
import type { Service } from '../support/service.ts'
import { openPush } from './push.ts'

const DEAD_LETTERS = page('dead-letter-topics')

/** A subscription that gives up after five attempts, and one on its dead-letter topic. */
async function openDeadLetters(service: Service, settings: Settings = {}, maxDeliveryAttempts = 5) {
  const dead = await Channel.open(service)
  const deadLetterPolicy = { deadLetterTopic: dead.topic, maxDeliveryAttempts }
  const channel = await Channel.open(service, { ...settings, deadLetterPolicy })
  return { channel, dead, seconds: service.patienceMs / 1_000 }
}

type Opened = Awaited<ReturnType<typeof openDeadLetters>>

/** Nacks the next message so often; returns the attempts that were told. */
async function nackNext(channel: Channel, times: number): Promise<number[]> {
  const attempts: number[] = []
  while (attempts.length < times) {
    const received = await channel.receiveOne()
    attempts.push(received.deliveryAttempt)
    await channel.nack(received)
  }
  return attempts
}

/** The dead letter; the subscriber goes on pulling meanwhile, as real ones do, and gets nothing. */
async function deadLetterOf({ channel, dead, seconds }: Opened): Promise<Received> {
  let found: Received | undefined
  const look = async () => {
    assert.deepEqual(texts(await channel.pullNow()), [], 'the message came once more')
    found = (await dead.pullNow())[0]
    return found !== undefined
  }
  await until('the dead letter comes', look, seconds)
  assert(found)
  return found
}

export const deadLetter: Theme = {
  title: 'Dead-letter policy',
  cases: [
    {
      behaviour: 'The delivery attempt is 1 at first, and one more after each nack',
      source: 'google.pubsub.v1 ReceivedMessage.delivery_attempt',
      async run(service) {
        const { channel } = await openDeadLetters(service)
        await channel.publish(['1'])
        assert.deepEqual(await nackNext(channel, 3), [1, 2, 3])
      },
    },
    {
      behaviour: 'A missed deadline counts as an attempt',
      source: 'google.pubsub.v1 ReceivedMessage.delivery_attempt',
      async run(service) {
        const { channel } = await openDeadLetters(service)
        await channel.publish(['1'])
        await channel.extend(1, await channel.receiveOne())
        assert.equal((await channel.receiveOne()).deliveryAttempt, 2)
      },
    },
    {
      behaviour: 'After its last attempt a message goes to the dead-letter topic, and comes no more',
      source: 'google.pubsub.v1 DeadLetterPolicy.max_delivery_attempts',
      async run(service) {
        const opened = await openDeadLetters(service)
        await opened.channel.publish(['1'])
        await nackNext(opened.channel, 5)
        assert.equal((await deadLetterOf(opened)).text, '1')
        await opened.channel.receiveNothing()
      },
    },
    {
      behaviour: 'There are 5 attempts unless set',
      source: 'google.pubsub.v1 DeadLetterPolicy.max_delivery_attempts',
      async run(service) {
        const opened = await openDeadLetters(service, {}, 0)
        await opened.channel.publish(['1'])
        await nackNext(opened.channel, 4)
        assert.deepEqual(texts(await opened.dead.pullNow()), [])
        await nackNext(opened.channel, 1)
        assert.equal((await deadLetterOf(opened)).text, '1')
      },
    },
    {
      behaviour: 'The dead letter has the data, attributes and ordering key of the message, and another id',
      source: DEAD_LETTERS,
      async run(service) {
        const opened = await openDeadLetters(service)
        const [id] = await opened.channel.publish(['1'], { key: 'a', attributes: { kind: 'ring' } })
        await nackNext(opened.channel, 5)
        const { text, message } = await deadLetterOf(opened)
        assert.deepEqual([text, message.attributes?.['kind'], message.orderingKey], ['1', 'ring', 'a'])
        assert.notEqual(message.messageId, id)
      },
    },
    {
      behaviour: 'The dead letter tells its subscription, project, deliveries and publish time in attributes',
      source: DEAD_LETTERS,
      async run(service) {
        const opened = await openDeadLetters(service)
        await opened.channel.publish(['1'])
        await nackNext(opened.channel, 5)
        const told = { ...(await deadLetterOf(opened)).message.attributes }
        const prefix = 'CloudPubSubDeadLetterSource'
        const [, project, , subscription] = opened.channel.subscription.split('/')
        assert.equal(told[`${prefix}Subscription`], subscription)
        assert.equal(told[`${prefix}SubscriptionProject`], project)
        assert.equal(told[`${prefix}DeliveryCount`], '5')
        const publishTime = Date.parse(told[`${prefix}TopicPublishTime`] ?? '')
        assert(Math.abs(publishTime - Date.now()) < 60_000, JSON.stringify(told))
      },
    },
    {
      behaviour: 'The next message of an ordering key waits until the first is dead-lettered, and then comes',
      source: page('ordering'),
      async run(service) {
        const { channel } = await openDeadLetters(service, { enableMessageOrdering: true })
        await channel.publish(['1', '2'], { key: 'a' })
        for (let count = 0; count < 5; count += 1) {
          const received = await channel.receiveOne()
          assert.equal(received.text, '1')
          await channel.nack(received)
        }
        assert.equal((await channel.receiveOne()).text, '2')
      },
    },
    {
      behaviour: 'A push tells its attempt',
      source: DEAD_LETTERS,
      async run(service) {
        const { topic } = await Channel.open(service)
        const deadLetterPolicy = { deadLetterTopic: topic, maxDeliveryAttempts: 5 }
        const { channel, endpoint } = await openPush(service, { deadLetterPolicy })
        await channel.publish(['1'])
        const first = await endpoint.next()
        assert.equal(first.body.deliveryAttempt, 1)
        first.answer(500)
        assert.equal((await endpoint.next()).body.deliveryAttempt, 2)
      },
    },
    {
      behaviour: 'Five nacked pushes make a dead letter',
      source: DEAD_LETTERS,
      async run(service) {
        const dead = await Channel.open(service)
        const deadLetterPolicy = { deadLetterTopic: dead.topic, maxDeliveryAttempts: 5 }
        const { channel, endpoint } = await openPush(service, { deadLetterPolicy })
        await channel.publish(['1'])
        for (let count = 0; count < 5; count += 1) (await endpoint.next()).answer(500)
        assert.equal((await dead.receiveOne()).text, '1')
        await endpoint.takeNothing()
      },
    },
    {
      behaviour: 'Without a policy a push tells no attempt',
      source: DEAD_LETTERS,
      async run(service) {
        const { channel, endpoint } = await openPush(service)
        await channel.publish(['1'])
        assert.equal((await endpoint.next()).body.deliveryAttempt, undefined)
      },
    },
  ],
}
