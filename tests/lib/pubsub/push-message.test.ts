import { expect, test } from '@jest/globals'
import { readPushMessage } from '../../../lib/pubsub/push-message.ts'

function read(message: unknown) {
  const body = Buffer.from(JSON.stringify({ message }))
  return readPushMessage({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    params: {},
    body,
  })
}

test('unwraps a message without data or attributes', () => {
  expect(read({ messageId: '7' })).toEqual({
    messageId: '7',
    text: '',
    attributes: {},
    deliveryAttempt: undefined,
  })
})

test('takes an id that a dead letter can be kept under, and none longer', () => {
  expect(read({ messageId: 'x'.repeat(100) })?.messageId).toHaveLength(100)
  expect(read({ messageId: 'x'.repeat(101) })).toBeUndefined()
})
