import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { closeAll, startFixture } from './support/fixture.ts'

const TOPIC = 'projects/settle/topics/pending'
const SUBSCRIPTION = 'projects/settle/subscriptions/worker'
const ENDPOINT = 'http://127.0.0.1:9/'
const { INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED } = status
const seconds = (count: number) => ({ seconds: count, nanos: 0 })

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeEach(async () => {
  fixture = await startFixture()
  await fixture.publisher.createTopic({ name: TOPIC, labels: { team: 'money' } })
  await fixture.subscriber.createSubscription({ name: SUBSCRIPTION, topic: TOPIC, labels: { team: 'money' } })
})
afterEach(closeAll)

const getTopic = async () => (await fixture.publisher.getTopic({ topic: TOPIC }))[0]
const getSubscription = async () =>
  (await fixture.subscriber.getSubscription({ subscription: SUBSCRIPTION }))[0]
const updateTopic = (settings: object, ...paths: string[]) =>
  fixture.publisher.updateTopic({ topic: { name: TOPIC, ...settings }, updateMask: { paths } })
const updateSubscription = (settings: object, ...paths: string[]) =>
  fixture.subscriber.updateSubscription({
    subscription: { name: SUBSCRIPTION, ...settings },
    updateMask: { paths },
  })

test('a topic takes new labels and retention, and its subscriptions tell of the retention', async () => {
  const settings = { labels: { tier: 'gold' }, messageRetentionDuration: seconds(3_600) }
  const [updated] = await updateTopic(settings, 'labels')
  expect(updated).toMatchObject({ name: TOPIC, labels: { tier: 'gold' }, messageRetentionDuration: null })
  expect((await getSubscription()).topicMessageRetentionDuration).toBeNull()
  await updateTopic(settings, 'message_retention_duration')
  expect((await getTopic()).messageRetentionDuration).toEqual({ seconds: '3600', nanos: 0 })
  expect((await getSubscription()).topicMessageRetentionDuration).toEqual({ seconds: '3600', nanos: 0 })
  await updateTopic({}, 'labels', 'message_retention_duration')
  expect(await getTopic()).toMatchObject({ labels: {}, messageRetentionDuration: null })
})

test('the client sets metadata of topic and subscription', async () => {
  const topic = fixture.client.topic('pending')
  await topic.setMetadata({ labels: { tier: 'gold' } })
  expect((await topic.getMetadata())[0].labels).toEqual({ tier: 'gold' })
  const subscription = fixture.client.subscription('worker')
  await subscription.setMetadata({ ackDeadlineSeconds: 77, retainAckedMessages: true })
  const [metadata] = await subscription.getMetadata()
  expect(metadata).toMatchObject({
    ackDeadlineSeconds: 77,
    retainAckedMessages: true,
    labels: { team: 'money' },
  })
})

test('a path into a message changes that field and leaves its neighbours', async () => {
  const retryPolicy = { minimumBackoff: seconds(5), maximumBackoff: seconds(50) }
  await updateSubscription({ retryPolicy }, 'retry_policy')
  await updateSubscription({ retryPolicy: { minimumBackoff: seconds(7) } }, 'retry_policy.minimum_backoff')
  expect((await getSubscription()).retryPolicy).toEqual({
    minimumBackoff: { seconds: '7', nanos: 0 },
    maximumBackoff: { seconds: '50', nanos: 0 },
  })
  await updateSubscription({}, 'retry_policy.maximum_backoff')
  expect((await getSubscription()).retryPolicy?.maximumBackoff).toEqual({ seconds: '600', nanos: 0 })
  await updateSubscription(
    { messageRetentionDuration: { seconds: 1, nanos: 9 } },
    'message_retention_duration.nanos',
  )
  expect((await getSubscription()).messageRetentionDuration).toEqual({ seconds: '604800', nanos: 9 })
})

test('a path into a message that was never set gives the rest of it its defaults', async () => {
  await updateSubscription({ retryPolicy: { minimumBackoff: seconds(7) } }, 'retry_policy.minimum_backoff')
  expect((await getSubscription()).retryPolicy).toEqual({
    minimumBackoff: { seconds: '7', nanos: 0 },
    maximumBackoff: { seconds: '600', nanos: 0 },
  })
  await updateSubscription({ pushConfig: { pushEndpoint: ENDPOINT } }, 'push_config.push_endpoint')
  const { pushConfig } = await getSubscription()
  expect(pushConfig).toMatchObject({ pushEndpoint: ENDPOINT, attributes: {} })
  const oidcToken = { serviceAccountEmail: 'a@b', audience: 'c' }
  const path = 'push_config.oidc_token.service_account_email'
  await updateSubscription({ pushConfig: { oidcToken } }, path)
  expect((await getSubscription()).pushConfig?.oidcToken).toEqual({
    serviceAccountEmail: 'a@b',
    audience: '',
  })
  await updateSubscription({}, 'push_config.push_endpoint')
  expect((await getSubscription()).pushConfig).toBeNull()
})

const GOOD = { ackDeadlineSeconds: 60, labels: { a: 'b' }, pushConfig: { pushEndpoint: ENDPOINT } }
test.each([
  ['no path', INVALID_ARGUMENT, GOOD, []],
  ['an empty path', INVALID_ARGUMENT, GOOD, ['labels', '']],
  ['an unknown field', INVALID_ARGUMENT, GOOD, ['labels', 'no_such_field']],
  ['a field in camel case', INVALID_ARGUMENT, GOOD, ['labels', 'ackDeadlineSeconds']],
  ['a field every object inherits', INVALID_ARGUMENT, GOOD, ['labels', 'constructor']],
  ['the prototype', INVALID_ARGUMENT, GOOD, ['labels', '__proto__.polluted']],
  ['the name', INVALID_ARGUMENT, GOOD, ['labels', 'name']],
  ['the topic', INVALID_ARGUMENT, GOOD, ['labels', 'topic']],
  ['the ordering', INVALID_ARGUMENT, { ...GOOD, enableMessageOrdering: true }, ['enable_message_ordering']],
  ['the filter', INVALID_ARGUMENT, { ...GOOD, filter: 'attributes:a' }, ['labels', 'filter']],
  ['a path into a number', INVALID_ARGUMENT, GOOD, ['labels', 'ack_deadline_seconds.seconds']],
  ['a path into a map', INVALID_ARGUMENT, GOOD, ['labels.a']],
  ['a path into the map of a message', INVALID_ARGUMENT, GOOD, ['push_config.attributes.a']],
  ['an unknown field of a message', INVALID_ARGUMENT, GOOD, ['labels', 'push_config.no_such_field']],
  ['a field of a message in camel case', INVALID_ARGUMENT, GOOD, ['labels', 'push_config.pushEndpoint']],
  ['a bad value', INVALID_ARGUMENT, { ...GOOD, ackDeadlineSeconds: 9 }, ['labels', 'ack_deadline_seconds']],
  ['a bad label', INVALID_ARGUMENT, { labels: { A: 'b' } }, ['ack_deadline_seconds', 'labels']],
  [
    'attempts without a topic',
    INVALID_ARGUMENT,
    GOOD,
    ['labels', 'dead_letter_policy.max_delivery_attempts'],
  ],
  ['a token without an account', INVALID_ARGUMENT, GOOD, ['push_config', 'push_config.oidc_token.audience']],
  [
    'exactly-once delivery by push',
    INVALID_ARGUMENT,
    { ...GOOD, enableExactlyOnceDelivery: true },
    ['push_config', 'enable_exactly_once_delivery'],
  ],
  [
    'an unknown dead-letter topic',
    NOT_FOUND,
    { ...GOOD, deadLetterPolicy: { deadLetterTopic: `${TOPIC}-not` } },
    ['labels', 'dead_letter_policy'],
  ],
  ['export', UNIMPLEMENTED, { ...GOOD, bigqueryConfig: { table: 'a.b.c' } }, ['labels', 'bigquery_config']],
])('an update of a subscription with %s is refused and changes nothing', async (_, code, settings, paths) => {
  const before = await getSubscription()
  await expect(updateSubscription(settings, ...paths)).rejects.toMatchObject({ code })
  expect(await getSubscription()).toEqual(before)
})

const NEW_TOPIC = { labels: { a: 'b' }, messageRetentionDuration: seconds(3_600) }
test.each([
  ['no path', INVALID_ARGUMENT, NEW_TOPIC, []],
  ['an unknown field', INVALID_ARGUMENT, NEW_TOPIC, ['labels', 'ack_deadline_seconds']],
  ['the name', INVALID_ARGUMENT, NEW_TOPIC, ['labels', 'name']],
  ['a key', INVALID_ARGUMENT, { ...NEW_TOPIC, kmsKeyName: 'k' }, ['labels', 'kms_key_name']],
  [
    '9 minutes of retention',
    INVALID_ARGUMENT,
    { messageRetentionDuration: seconds(540) },
    ['labels', 'message_retention_duration'],
  ],
  [
    '32 days of retention',
    INVALID_ARGUMENT,
    { messageRetentionDuration: seconds(32 * 86_400) },
    ['labels', 'message_retention_duration'],
  ],
  [
    'a schema',
    UNIMPLEMENTED,
    { ...NEW_TOPIC, schemaSettings: { schema: 's' } },
    ['labels', 'schema_settings'],
  ],
])('an update of a topic with %s is refused and changes nothing', async (_, code, settings, paths) => {
  const before = await getTopic()
  await expect(updateTopic(settings, ...paths)).rejects.toMatchObject({ code })
  expect(await getTopic()).toEqual(before)
})

test('a refusal names the field in the words of the service', async () => {
  const details =
    "Invalid update_mask provided in the UpdateSubscriptionRequest: the 'filter' field in the Subscription is not mutable."
  await expect(updateSubscription({}, 'filter')).rejects.toMatchObject({ details })
  const unknown =
    "Invalid update_mask provided in the UpdateTopicRequest: 'labels.a' is not a known Topic field. Note that field paths must be of the form 'push_config' rather than 'pushConfig'."
  await expect(updateTopic({}, 'labels.a')).rejects.toMatchObject({ details: unknown })
})

test('a subscription without topic can still be updated', async () => {
  await fixture.publisher.deleteTopic({ topic: TOPIC })
  await updateSubscription({ ackDeadlineSeconds: 60 }, 'ack_deadline_seconds')
  expect(await getSubscription()).toMatchObject({ ackDeadlineSeconds: 60, topic: '_deleted-topic_' })
})
