import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import { page, type Theme } from '../support/case.ts'
import { Channel, type Settings } from '../support/channel.ts'
import { expectAllInvalid, expectRefusal } from '../support/refusal.ts'
import type { Service } from '../support/service.ts'

/** What creates a subscription with given settings, on a topic of the case's own. */
async function creator(service: Service) {
  const { topic } = await Channel.open(service)
  return (settings: Settings) =>
    service.subscriber.createSubscription({ ...settings, topic, name: service.newName('subscriptions') })
}

export const subscriptionLimits: Theme = {
  title: 'Limits of a subscription',
  cases: [
    {
      behaviour: 'An ack deadline under 10 s or over 600 s is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 Subscription.ack_deadline_seconds',
      async run(service) {
        const create = await creator(service)
        await expectAllInvalid({
          short: create({ ackDeadlineSeconds: 9 }),
          long: create({ ackDeadlineSeconds: 601 }),
        })
        await create({ ackDeadlineSeconds: 600 })
      },
    },
    {
      behaviour: 'A retention under 10 minutes or over 31 days is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 Subscription.message_retention_duration',
      async run(service) {
        const create = await creator(service)
        const retain = (seconds: number) => create({ messageRetentionDuration: { seconds } })
        await expectAllInvalid({ short: retain(599), long: retain(31 * 86_400 + 1) })
        await retain(31 * 86_400)
      },
    },
    {
      behaviour: 'An expiration under one day is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 Subscription.expiration_policy',
      async run(service) {
        const create = await creator(service)
        const expire = (seconds: number) =>
          create({ expirationPolicy: { ttl: { seconds } }, messageRetentionDuration: { seconds: 600 } })
        await expectAllInvalid({ hour: expire(3_600) })
        await expire(86_400)
      },
    },
    {
      behaviour: 'A back-off over 600 s is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 RetryPolicy.minimum_backoff, maximum_backoff',
      async run(service) {
        const create = await creator(service)
        await expectAllInvalid({
          minimum: create({ retryPolicy: { minimumBackoff: { seconds: 601 } } }),
          maximum: create({ retryPolicy: { maximumBackoff: { seconds: 601 } } }),
        })
        await create({ retryPolicy: { minimumBackoff: { seconds: 0 }, maximumBackoff: { seconds: 600 } } })
      },
    },
    {
      behaviour: 'A dead-letter policy with 4 or 101 attempts is refused',
      source: 'google.pubsub.v1 DeadLetterPolicy.max_delivery_attempts',
      async run(service) {
        const create = await creator(service)
        const { topic: deadLetterTopic } = await Channel.open(service)
        const attempt = (maxDeliveryAttempts: number) =>
          create({ deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts } })
        // The code is not documented.
        for (const count of [4, 101]) await assert.rejects(attempt(count), `${count} attempts are accepted`)
        for (const count of [5, 100]) await attempt(count)
      },
    },
    {
      behaviour: 'A dead-letter topic that does not exist is NOT_FOUND',
      source: 'google.pubsub.v1 DeadLetterPolicy.dead_letter_topic',
      async run(service) {
        const create = await creator(service)
        const deadLetterPolicy = { deadLetterTopic: service.newName('topics'), maxDeliveryAttempts: 5 }
        await expectRefusal(status.NOT_FOUND, create({ deadLetterPolicy }))
      },
    },
    {
      behaviour: 'A label with a capital in its key, or with 64 characters, is INVALID_ARGUMENT',
      source: page('labels'),
      async run(service) {
        const create = await creator(service)
        await expectAllInvalid({
          capital: create({ labels: { Team: 'a' } }),
          key: create({ labels: { ['k'.repeat(64)]: 'a' } }),
          value: create({ labels: { team: 'v'.repeat(64) } }),
        })
        await create({ labels: { ['k'.repeat(63)]: 'v'.repeat(63) } })
      },
    },
    {
      behaviour: 'A subscription id follows the rules of a topic id',
      source: 'google.pubsub.v1 Subscription.name',
      async run(service) {
        const { topic } = await Channel.open(service)
        const create = (id: string) =>
          service.subscriber.createSubscription({ topic, name: `${service.project}/subscriptions/${id}` })
        await expectAllInvalid({
          short: create('ab'),
          digit: create('1-first'),
          goog: create('goog-subscription'),
          character: create('bad$character'),
        })
        await create('aB3-_.~+%')
      },
    },
  ],
}
