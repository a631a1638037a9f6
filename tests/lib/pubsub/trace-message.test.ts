import { expect, test } from '@jest/globals'
import { traceMessage } from '../../../lib/pubsub/trace-message.ts'
import type { StartSpan } from '../../../lib/telemetry/span.ts'

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const message = { messageId: '7', publishTime: undefined, text: '', deliveryAttempt: undefined }

test('ends the span of a message that could not be taken as failed, and lets the error through', async () => {
  const ends: unknown[] = []
  const startSpan: StartSpan = ({ parent }) => ({ context: parent, end: (_, error) => ends.push(error) })
  const failure = new Error('the database is away')
  const take = (attributes: Record<string, string>) =>
    traceMessage(startSpan, { ...message, attributes }, 'transactions', () => Promise.reject(failure))
  await expect(take({ traceparent: TRACEPARENT })).rejects.toBe(failure)
  expect(ends).toEqual([failure])
  await expect(take({})).rejects.toBe(failure)
  expect(ends).toHaveLength(1)
})
