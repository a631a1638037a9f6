import { afterEach, expect, test } from '@jest/globals'
import { closeAll, PROJECT, startEndpoint, startFixture, until } from './support/fixture.ts'

afterEach(closeAll)

async function deadLetterFixture(maxDeliveryAttempts: number) {
  const fixture = await startFixture()
  const endpoint = await startEndpoint()
  const [deadLetters] = await fixture.client.createTopic('pending-dead-letter')
  const [collected] = await deadLetters.createSubscription('collected', { enableMessageOrdering: true })
  const [topic] = await fixture.client.createTopic('pending')
  const [worker] = await topic.createSubscription('worker', {
    pushConfig: { pushEndpoint: endpoint.url },
    enableMessageOrdering: true,
    deadLetterPolicy: { deadLetterTopic: deadLetters.name, maxDeliveryAttempts },
  })
  const pullDeadLetters = async () => {
    const [{ receivedMessages }] = await fixture.subscriber.pull({
      subscription: collected.name,
      maxMessages: 10,
    })
    return receivedMessages ?? []
  }
  return { ...fixture, endpoint, deadLetters, worker, pullDeadLetters }
}

test.each([5, 7])(
  'a message is dead-lettered after exactly %i deliveries, and its key goes on',
  async max => {
    const { publisher, publish, endpoint, pullDeadLetters, status } = await deadLetterFixture(max)
    await publisher.publish({
      topic: `projects/${PROJECT}/topics/pending`,
      messages: [{ data: Buffer.from('poison'), attributes: { kind: 'ring' }, orderingKey: 'a' }],
    })
    await publish('pending', ['next'], 'a')
    const attempts: [string, number | undefined][] = []
    let publishTime = ''
    for (let count = 0; count < max; count += 1) {
      const push = await endpoint.next()
      attempts.push([push.text, push.body.deliveryAttempt])
      publishTime = push.body.message.publishTime
      push.answer(500)
    }
    expect(attempts).toEqual(Array.from({ length: max }, (_, index) => ['poison', index + 1]))

    const next = await endpoint.next()
    expect([next.text, next.body.deliveryAttempt]).toEqual(['next', 1])
    next.answer(200)
    await until(async () => (await status('worker')).backlog === 0)

    const [letter, ...others] = await pullDeadLetters()
    expect(others).toEqual([])
    expect(letter?.message?.data?.toString()).toBe('poison')
    expect(letter?.message?.orderingKey).toBe('a')
    expect(letter?.message?.attributes).toEqual({
      kind: 'ring',
      CloudPubSubDeadLetterSourceDeliveryCount: String(max),
      CloudPubSubDeadLetterSourceSubscription: 'worker',
      CloudPubSubDeadLetterSourceSubscriptionProject: PROJECT,
      CloudPubSubDeadLetterSourceTopicPublishTime: publishTime.replace('Z', '+00:00'),
    })
  },
)

test('a message is redelivered past its attempts while the dead-letter topic is missing', async () => {
  const { publish, endpoint, deadLetters, status } = await deadLetterFixture(5)
  await deadLetters.delete()
  await publish('pending', ['poison'], 'a')
  for (let count = 1; count <= 7; count += 1) {
    const push = await endpoint.next()
    expect(push.body.deliveryAttempt).toBe(count)
    push.answer(count < 7 ? 500 : 200)
  }
  await until(async () => (await status('worker')).backlog === 0)
})

test('a policy that is removed stops the counting', async () => {
  const { publish, endpoint, worker } = await deadLetterFixture(5)
  await worker.setMetadata({ deadLetterPolicy: null })
  await publish('pending', ['poison'], 'a')
  for (let count = 1; count <= 8; count += 1) {
    const push = await endpoint.next()
    expect(push.body).not.toHaveProperty('deliveryAttempt')
    push.answer(500)
  }
})
