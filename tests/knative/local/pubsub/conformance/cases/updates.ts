import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import { page, type Theme } from '../support/case.ts'
import { Channel, type Settings } from '../support/channel.ts'
import { expectAllInvalid, expectRefusal } from '../support/refusal.ts'
import type { Service } from '../support/service.ts'

/** What updates the named fields of a new subscription, and what reads it. */
async function updatable(service: Service, settings: Settings = {}) {
  const { subscription: name } = await Channel.open(service, settings)
  const update = (wanted: Settings, ...paths: string[]) =>
    service.subscriber.updateSubscription({ subscription: { ...wanted, name }, updateMask: { paths } })
  const read = async () => (await service.subscriber.getSubscription({ subscription: name }))[0]
  return { update, read }
}

export const updates: Theme = {
  title: 'Updates',
  cases: [
    {
      behaviour: 'UpdateTopic changes the labels of a topic',
      source: 'google.pubsub.v1 Publisher.UpdateTopic',
      async run({ publisher, newName }) {
        const name = newName('topics')
        await publisher.createTopic({ name, labels: { team: 'a' } })
        await publisher.updateTopic({
          topic: { name, labels: { team: 'b' } },
          updateMask: { paths: ['labels'] },
        })
        const [{ labels }] = await publisher.getTopic({ topic: name })
        assert.deepEqual({ ...labels }, { team: 'b' })
      },
    },
    {
      behaviour: 'UpdateTopic changes the retention of a topic',
      source: 'google.pubsub.v1 Topic.message_retention_duration',
      async run({ publisher, newName }) {
        const name = newName('topics')
        await publisher.createTopic({ name })
        const topic = { name, messageRetentionDuration: { seconds: 3_600 } }
        await publisher.updateTopic({ topic, updateMask: { paths: ['message_retention_duration'] } })
        const [{ messageRetentionDuration }] = await publisher.getTopic({ topic: name })
        assert.equal(Number(messageRetentionDuration?.seconds), 3_600)
      },
    },
    {
      behaviour: 'An update changes what its mask names, and nothing else',
      source: 'google.pubsub.v1 UpdateSubscriptionRequest.update_mask',
      async run(service) {
        const { update, read } = await updatable(service, { ackDeadlineSeconds: 20 })
        await update({ ackDeadlineSeconds: 30, retainAckedMessages: true }, 'ack_deadline_seconds')
        const { ackDeadlineSeconds, retainAckedMessages } = await read()
        assert.deepEqual([ackDeadlineSeconds, retainAckedMessages], [30, false])
      },
    },
    {
      behaviour: 'The labels of a subscription can be updated',
      source: 'google.pubsub.v1 Subscription.labels',
      async run(service) {
        const { update, read } = await updatable(service, { labels: { team: 'a' } })
        await update({ labels: { team: 'b' } }, 'labels')
        assert.deepEqual({ ...(await read()).labels }, { team: 'b' })
      },
    },
    {
      behaviour: 'The retry policy of a subscription can be set and removed',
      source: 'google.pubsub.v1 Subscription.retry_policy',
      async run(service) {
        const { update, read } = await updatable(service)
        const retryPolicy = { minimumBackoff: { seconds: 20 }, maximumBackoff: { seconds: 60 } }
        await update({ retryPolicy }, 'retry_policy')
        assert.equal(Number((await read()).retryPolicy?.minimumBackoff?.seconds), 20)
        await update({}, 'retry_policy')
        assert.equal((await read()).retryPolicy ?? null, null)
      },
    },
    {
      behaviour: 'An update without a mask is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 UpdateSubscriptionRequest.update_mask',
      async run(service) {
        const { update } = await updatable(service)
        await expectRefusal(status.INVALID_ARGUMENT, update({ ackDeadlineSeconds: 30 }))
      },
    },
    {
      behaviour: 'An update of a field that does not exist is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 UpdateSubscriptionRequest.update_mask',
      async run(service) {
        const { update } = await updatable(service)
        await expectRefusal(status.INVALID_ARGUMENT, update({}, 'no_such_field'))
      },
    },
    {
      behaviour: 'Topic, ordering and filter of a subscription are fixed: INVALID_ARGUMENT',
      source: page('ordering'),
      async run(service) {
        const { update } = await updatable(service)
        await expectAllInvalid({
          topic: update({ topic: service.newName('topics') }, 'topic'),
          ordering: update({ enableMessageOrdering: true }, 'enable_message_ordering'),
          filter: update({ filter: 'attributes:a' }, 'filter'),
        })
      },
    },
    {
      behaviour: 'An update with one bad field changes none',
      source: 'google.pubsub.v1 Subscriber.UpdateSubscription',
      async run(service) {
        const { update, read } = await updatable(service, { ackDeadlineSeconds: 20 })
        const wanted = { ackDeadlineSeconds: 30, messageRetentionDuration: { seconds: 1 } }
        const call = update(wanted, 'ack_deadline_seconds', 'message_retention_duration')
        await expectRefusal(status.INVALID_ARGUMENT, call)
        assert.equal((await read()).ackDeadlineSeconds, 20)
      },
    },
    {
      behaviour: 'An update of a subscription that does not exist is NOT_FOUND',
      source: page('reference/error-codes'),
      async run({ subscriber, newName }) {
        const subscription = { name: newName('subscriptions'), ackDeadlineSeconds: 30 }
        const updateMask = { paths: ['ack_deadline_seconds'] }
        await expectRefusal(status.NOT_FOUND, subscriber.updateSubscription({ subscription, updateMask }))
      },
    },
  ],
}
