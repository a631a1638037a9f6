import { expect, test } from '@jest/globals'
import { Lane } from '../../../../knative/local/pubsub/ordering.ts'

function laneOf(...ids: string[]): Lane {
  const lane = new Lane('a')
  const rest = { data: Buffer.from('x'), attributes: {}, orderingKey: 'a', publishTimeMs: 0 }
  for (const messageId of ids) lane.add({ messageId, ...rest })
  return lane
}

const idsOf = (copies: { message: { messageId: string } }[]) => copies.map(({ message }) => message.messageId)

test('a batch ends before a message that is backing off', () => {
  const lane = laneOf('1', '2', '3')
  const [, second] = lane.take(3, 0)
  if (second === undefined) throw new Error('no second message')
  second.notBeforeMs = 500
  const head = lane.head
  if (head) lane.rewind(head)
  expect(idsOf(lane.take(3, 499))).toEqual(['1'])
  if (head) lane.rewind(head)
  expect(idsOf(lane.take(3, 500))).toEqual(['1', '2', '3'])
})

test('a message acknowledged ahead of its predecessors stays until they are acknowledged', () => {
  const lane = laneOf('1', '2', '3')
  const [first, second, third] = lane.take(3, 0)
  if (!first || !second || !third) throw new Error('a message is missing')
  expect([lane.acknowledge(second), lane.acknowledge(third)]).toEqual([[], []])
  expect(lane.holds(third)).toBe(true)
  expect(idsOf(lane.acknowledge(first))).toEqual(['1', '2', '3'])
  expect([lane.holds(third), lane.isOut]).toEqual([false, false])
})
