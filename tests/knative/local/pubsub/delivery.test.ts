import { expect, test } from '@jest/globals'
import { Delivery, type DeliveryRules } from '../../../../knative/local/pubsub/delivery.ts'
import { notFound } from '../../../../knative/local/pubsub/service-error.ts'
import { FakeClock } from './support/fake-clock.ts'

const DEADLINE_MS = 10_000

const RULES: DeliveryRules = {
  ordered: true,
  retentionMs: () => 600_000,
  retainsAcked: () => false,
  backoffMs: () => 0,
  deadLetter: () => false,
}

/** A delivery of one key, with that many messages, all published now. */
function deliveryOf(count: number, rules: Partial<DeliveryRules>) {
  const clock = new FakeClock()
  const delivery = new Delivery(clock, { ...RULES, ...rules })
  let lastId = 0
  const publish = () => {
    lastId += 1
    const rest = { data: Buffer.from('x'), attributes: {}, orderingKey: 'a' }
    delivery.enqueue({ ...rest, messageId: String(lastId), publishTimeMs: clock.now() })
  }
  for (let each = 0; each < count; each += 1) publish()
  const take = () => delivery.take(10, DEADLINE_MS)
  const idsOf = (leases: ReturnType<typeof take>) => leases.map(({ copy }) => copy.message.messageId)
  return { clock, delivery, publish, take, idsOf }
}

test('a key does not wait out the back-off of a message whose retention has ended', () => {
  const { clock, delivery, publish, take, idsOf } = deliveryOf(1, { backoffMs: () => 600_000 })
  clock.advance(1_000)
  publish()
  const [first] = delivery.take(1, DEADLINE_MS)
  if (first) delivery.nack(first)
  clock.advance(598_999)
  expect(idsOf(take())).toEqual([])
  clock.advance(1)
  expect(idsOf(take())).toEqual(['2'])
  delivery.close(notFound('worker'))
  expect(clock.pending()).toEqual([])
})

test('a dead-lettered message does not come back when one before it on its key fails', () => {
  const { delivery, take, idsOf } = deliveryOf(3, { deadLetter: ({ messageId }) => messageId === '2' })
  const [first, second, third] = take()
  if (!first || !second || !third) throw new Error('a message is missing')
  delivery.nack(second)
  expect(delivery.backlog).toBe(2)
  delivery.ack(third)
  delivery.nack(first)
  const again = take()
  expect(idsOf(again)).toEqual(['1', '3'])
  for (const lease of again) delivery.ack(lease)
  expect([delivery.backlog, take()]).toEqual([0, []])
})

test('a new deadline for a delivery that was withdrawn by a nack before it leaves no timer behind', () => {
  const { clock, delivery, take } = deliveryOf(2, {})
  const [first, second] = take()
  if (!first || !second) throw new Error('a message is missing')
  delivery.nack(first)
  delivery.modifyDeadline(second, DEADLINE_MS)
  delivery.close(notFound('worker'))
  expect(clock.pending()).toEqual([])
})
