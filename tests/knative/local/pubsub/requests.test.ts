import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { closeAll, startFixture } from './support/fixture.ts'

const TOPIC = 'projects/settle/topics/pending'
const SUBSCRIPTION = 'projects/settle/subscriptions/worker'

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeEach(async () => {
  fixture = await startFixture()
  await fixture.publisher.createTopic({ name: TOPIC })
  await fixture.subscriber.createSubscription({ name: SUBSCRIPTION, topic: TOPIC })
})
afterEach(closeAll)

const { ALREADY_EXISTS, FAILED_PRECONDITION, INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED } = status
const data = Buffer.from('x')
const attributes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']))
const seconds = (count: number) => ({ seconds: count })

test.each([
  ['a topic that exists', ALREADY_EXISTS, TOPIC],
  ['a name of two letters', INVALID_ARGUMENT, 'projects/settle/topics/ab'],
  ['a name of 256 letters', INVALID_ARGUMENT, `projects/settle/topics/${'a'.repeat(256)}`],
  ['a name that begins with a digit', INVALID_ARGUMENT, 'projects/settle/topics/1abc'],
  ['a name that begins with goog', INVALID_ARGUMENT, 'projects/settle/topics/google'],
  ['a name with a slash more', INVALID_ARGUMENT, 'projects/settle/topics/abc/d'],
  ['a name without a project', INVALID_ARGUMENT, 'pending'],
  ['no name', INVALID_ARGUMENT, ''],
])('creating %s is refused', async (_, code, name) => {
  await expect(fixture.publisher.createTopic({ name })).rejects.toMatchObject({ code })
})

test.each([
  ['no message', INVALID_ARGUMENT, []],
  ['an empty message', INVALID_ARGUMENT, [{}]],
  ['an empty message among full ones', INVALID_ARGUMENT, [{ data }, {}]],
  ['1,001 messages', INVALID_ARGUMENT, Array.from({ length: 1_001 }, () => ({ data }))],
  ['more than 10 MB', INVALID_ARGUMENT, [{ data: Buffer.alloc(10_000_001) }]],
  ['more than 10 MB together', INVALID_ARGUMENT, [{ data: Buffer.alloc(6e6) }, { data: Buffer.alloc(6e6) }]],
  [
    'two ordering keys',
    FAILED_PRECONDITION,
    [
      { data, orderingKey: 'a' },
      { data, orderingKey: 'b' },
    ],
  ],
  ['a message with and one without a key', FAILED_PRECONDITION, [{ data, orderingKey: 'a' }, { data }]],
  ['an ordering key of 1,025 bytes', INVALID_ARGUMENT, [{ data, orderingKey: 'k'.repeat(1_025) }]],
  ['101 attributes', INVALID_ARGUMENT, [{ attributes: attributes(101) }]],
  ['an empty attribute key', INVALID_ARGUMENT, [{ attributes: { '': 'v' } }]],
  ['an attribute key of 257 bytes', INVALID_ARGUMENT, [{ attributes: { ['k'.repeat(257)]: 'v' } }]],
  ['an attribute value of 1,025 bytes', INVALID_ARGUMENT, [{ attributes: { key: 'v'.repeat(1_025) } }]],
  ['an attribute key of Google', INVALID_ARGUMENT, [{ attributes: { googKey: 'v' } }]],
])('publishing %s is refused and publishes nothing', async (_, code, messages) => {
  await expect(fixture.publisher.publish({ topic: TOPIC, messages })).rejects.toMatchObject({ code })
  expect((await fixture.status('worker')).backlog).toBe(0)
})

test('a publish request may be as large as the limits say', async () => {
  const messages = Array.from({ length: 1_000 }, () => ({ data: Buffer.alloc(9_000) }))
  const [{ messageIds }] = await fixture.publisher.publish({ topic: TOPIC, messages })
  expect(new Set(messageIds).size).toBe(1_000)
  await fixture.publisher.publish({ topic: TOPIC, messages: [{ attributes: attributes(100) }] })
  expect((await fixture.status('worker')).backlog).toBe(1_001)
})

const name = 'projects/settle/subscriptions/other'
test.each([
  ['one that exists', ALREADY_EXISTS, { name: SUBSCRIPTION }],
  ['an unknown topic', NOT_FOUND, { topic: 'projects/settle/topics/unknown' }],
  ['a malformed name', INVALID_ARGUMENT, { name: 'other' }],
  ['an ack deadline of 9 s', INVALID_ARGUMENT, { ackDeadlineSeconds: 9 }],
  ['an ack deadline of 601 s', INVALID_ARGUMENT, { ackDeadlineSeconds: 601 }],
  ['a back-off of 601 s', INVALID_ARGUMENT, { retryPolicy: { maximumBackoff: seconds(601) } }],
  ['a back-off below zero', INVALID_ARGUMENT, { retryPolicy: { minimumBackoff: seconds(-1) } }],
  [
    'a minimum back-off above the maximum',
    INVALID_ARGUMENT,
    { retryPolicy: { minimumBackoff: seconds(20), maximumBackoff: seconds(10) } },
  ],
  ['4 attempts', INVALID_ARGUMENT, { deadLetterPolicy: { deadLetterTopic: TOPIC, maxDeliveryAttempts: 4 } }],
  [
    '101 attempts',
    INVALID_ARGUMENT,
    { deadLetterPolicy: { deadLetterTopic: TOPIC, maxDeliveryAttempts: 101 } },
  ],
  [
    'an unknown dead-letter topic',
    NOT_FOUND,
    { deadLetterPolicy: { deadLetterTopic: 'projects/settle/topics/unknown', maxDeliveryAttempts: 5 } },
  ],
  ['a push endpoint that is no URL', INVALID_ARGUMENT, { pushConfig: { pushEndpoint: 'worker' } }],
  [
    'a push endpoint by another protocol',
    INVALID_ARGUMENT,
    { pushConfig: { pushEndpoint: 'ftp://worker/' } },
  ],
  ['9 minutes of retention', INVALID_ARGUMENT, { messageRetentionDuration: seconds(540) }],
  ['an expiry of an hour', INVALID_ARGUMENT, { expirationPolicy: { ttl: seconds(3_600) } }],
  ['a filter that is none', INVALID_ARGUMENT, { filter: 'attributes.kind == "x"' }],
  [
    'exactly-once delivery by push',
    INVALID_ARGUMENT,
    { enableExactlyOnceDelivery: true, pushConfig: { pushEndpoint: 'http://localhost/' } },
  ],
  ['a label in capitals', INVALID_ARGUMENT, { labels: { Team: 'a' } }],
  ['a label value in capitals', INVALID_ARGUMENT, { labels: { team: 'A' } }],
  ['65 labels', INVALID_ARGUMENT, { labels: attributes(65) }],
  [
    'a token for no account',
    INVALID_ARGUMENT,
    { pushConfig: { pushEndpoint: 'http://localhost/', oidcToken: { serviceAccountEmail: 'me' } } },
  ],
  ['export to BigQuery', UNIMPLEMENTED, { bigqueryConfig: { table: 'a.b.c' } }],
  ['export to Cloud Storage', UNIMPLEMENTED, { cloudStorageConfig: { bucket: 'b' } }],
  ['a transform', UNIMPLEMENTED, { messageTransforms: [{ disabled: true }] }],
])('creating a subscription with %s is refused', async (_, code, settings) => {
  const request = { name, topic: TOPIC, ...settings }
  await expect(fixture.subscriber.createSubscription(request)).rejects.toMatchObject({ code })
})

test('a subscription comes back with the defaults of the service', async () => {
  const [subscription] = await fixture.subscriber.getSubscription({ subscription: SUBSCRIPTION })
  expect(subscription).toMatchObject({
    topic: TOPIC,
    ackDeadlineSeconds: 10,
    messageRetentionDuration: { seconds: '604800' },
    expirationPolicy: { ttl: { seconds: '2678400' } },
    retryPolicy: null,
    deadLetterPolicy: null,
    state: 'ACTIVE',
  })
})

test('a subscription without a name gets one of its own beside its topic', async () => {
  const { subscriber, publisher } = fixture
  const create = async () => (await subscriber.createSubscription({ topic: TOPIC }))[0].name ?? ''
  const [first, second] = [await create(), await create()]
  for (const generated of [first, second]) {
    expect(generated).toMatch(/^projects\/settle\/subscriptions\/[a-z][-a-z0-9]+$/)
  }
  const [listed] = await publisher.listTopicSubscriptions({ topic: TOPIC })
  expect(listed.sort()).toEqual([SUBSCRIPTION, first, second].sort())
  for (const topic of ['', 'pending', `${TOPIC}/topics/abc`]) {
    const call = subscriber.createSubscription({ topic })
    await expect(call).rejects.toMatchObject({ code: INVALID_ARGUMENT })
  }
})

test('what does not exist is NOT_FOUND and a malformed name INVALID_ARGUMENT, in every call', async () => {
  const { publisher, subscriber } = fixture
  const calls = (topic: string, subscription: string) => [
    publisher.getTopic({ topic }),
    publisher.deleteTopic({ topic }),
    publisher.listTopicSubscriptions({ topic }),
    publisher.publish({ topic, messages: [{ data }] }),
    subscriber.getSubscription({ subscription }),
    subscriber.deleteSubscription({ subscription }),
    subscriber.modifyPushConfig({ subscription, pushConfig: {} }),
    subscriber.updateSubscription({
      subscription: { name: subscription },
      updateMask: { paths: ['labels'] },
    }),
    subscriber.seek({ subscription, time: seconds(1) }),
    publisher.detachSubscription({ subscription }),
    publisher.updateTopic({ topic: { name: topic }, updateMask: { paths: ['labels'] } }),
    subscriber.pull({ subscription, maxMessages: 1 }),
    subscriber.acknowledge({ subscription, ackIds: ['a'] }),
    subscriber.modifyAckDeadline({ subscription, ackIds: ['a'], ackDeadlineSeconds: 10 }),
  ]
  const codes = async (calling: Promise<unknown>[]) => {
    const outcomes = await Promise.allSettled(calling)
    return new Set(outcomes.map(outcome => (outcome.status === 'rejected' ? outcome.reason.code : 'success')))
  }
  const unknown = calls('projects/settle/topics/unknown', 'projects/settle/subscriptions/unknown')
  expect(await codes(unknown)).toEqual(new Set([NOT_FOUND]))
  expect(await codes(calls('unknown', 'unknown'))).toEqual(new Set([INVALID_ARGUMENT]))
})

test('pull, acknowledge and modify check their numbers and ack ids', async () => {
  const { subscriber } = fixture
  const subscription = SUBSCRIPTION
  await subscriber.createSubscription({ name, topic: TOPIC })
  await fixture.publish('pending', ['1'])
  const [{ receivedMessages }] = await subscriber.pull({ subscription: name, maxMessages: 1 })
  const foreign = receivedMessages?.[0]?.ackId ?? ''
  const refused = [
    subscriber.pull({ subscription, maxMessages: 0 }),
    subscriber.acknowledge({ subscription, ackIds: [] }),
    subscriber.modifyAckDeadline({ subscription, ackIds: [foreign], ackDeadlineSeconds: 601 }),
    subscriber.modifyAckDeadline({ subscription, ackIds: [foreign], ackDeadlineSeconds: -1 }),
  ]
  for (const call of refused) await expect(call).rejects.toMatchObject({ code: INVALID_ARGUMENT })
  const malformed = subscriber.acknowledge({ subscription, ackIds: ['not an ack id'] })
  const malformedDetails = 'You have passed an invalid ack ID to the service (ack_id=not an ack id).'
  await expect(malformed).rejects.toMatchObject({ code: INVALID_ARGUMENT, details: malformedDetails })
  const misplaced = subscriber.acknowledge({ subscription, ackIds: [foreign] })
  const misplacedDetails = 'You have passed a subscription that does not belong to the given ack ID.'
  await expect(misplaced).rejects.toMatchObject({ code: INVALID_ARGUMENT, details: misplacedDetails })
})

test('a push subscription cannot be pulled', async () => {
  const { subscriber } = fixture
  await subscriber.createSubscription({
    name,
    topic: TOPIC,
    pushConfig: { pushEndpoint: 'http://127.0.0.1:9/' },
  })
  const call = subscriber.pull({ subscription: name, maxMessages: 1 })
  await expect(call).rejects.toMatchObject({ code: FAILED_PRECONDITION })
})

test('an update changes what its mask names and nothing else', async () => {
  const { subscriber } = fixture
  const [updated] = await subscriber.updateSubscription({
    subscription: { name: SUBSCRIPTION, ackDeadlineSeconds: 60, labels: { ignored: 'yes' } },
    updateMask: { paths: ['ack_deadline_seconds'] },
  })
  expect(updated).toMatchObject({ ackDeadlineSeconds: 60, topic: TOPIC })
  expect(updated.labels).toEqual({})
  for (const paths of [[], ['topic'], ['enable_message_ordering'], ['no_such_field']]) {
    const call = subscriber.updateSubscription({
      subscription: { name: SUBSCRIPTION },
      updateMask: { paths },
    })
    await expect(call).rejects.toMatchObject({ code: INVALID_ARGUMENT })
  }
  const bad = {
    subscription: { name: SUBSCRIPTION, ackDeadlineSeconds: 5 },
    updateMask: { paths: ['ack_deadline_seconds'] },
  }
  await expect(subscriber.updateSubscription(bad)).rejects.toMatchObject({ code: INVALID_ARGUMENT })
})

test('listings come in pages that lose and repeat nothing', async () => {
  const { publisher, subscriber } = fixture
  const names = Array.from({ length: 6 }, (_, index) => `projects/settle/topics/topic-${index}`)
  await Promise.all(names.map(topic => publisher.createTopic({ name: topic })))
  await publisher.createTopic({ name: 'projects/settle-other/topics/topic-0' })
  const listed: string[] = []
  let pageToken = ''
  do {
    const request = { project: 'projects/settle', pageSize: 3, pageToken }
    const [topics, , response] = await publisher.listTopics(request, { autoPaginate: false })
    listed.push(...topics.map(topic => topic.name ?? ''))
    pageToken = response?.nextPageToken ?? ''
  } while (pageToken !== '')
  expect(listed).toEqual([TOPIC, ...names])
  const [subscriptions] = await publisher.listTopicSubscriptions({ topic: TOPIC })
  expect(subscriptions).toEqual([SUBSCRIPTION])
  const [all] = await subscriber.listSubscriptions({ project: 'projects/settle' })
  expect(all.map(subscription => subscription.name)).toEqual([SUBSCRIPTION])
})
