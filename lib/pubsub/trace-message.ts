import type { StartSpan } from '../telemetry/span.ts'
import { inTrace, readTraceparent } from '../telemetry/trace-context.ts'
import type { PushMessage } from './push-message.ts'

/** Takes a message as part of the trace that its publisher has given it; of one without, as part of none. */
export async function traceMessage<T>(
  startSpan: StartSpan,
  { attributes, messageId }: PushMessage,
  topic: string,
  work: () => Promise<T>,
): Promise<T> {
  const parent = readTraceparent(attributes['traceparent'])
  if (parent === undefined) return await work()
  const span = startSpan({
    name: `process ${topic}`,
    kind: 'consumer',
    parent,
    attributes: {
      'messaging.system': 'gcp_pubsub',
      'messaging.destination.name': topic,
      'messaging.message.id': messageId,
    },
  })
  try {
    const result = await inTrace(span.context, work)
    span.end()
    return result
  } catch (error) {
    span.end({}, error)
    throw error
  }
}
