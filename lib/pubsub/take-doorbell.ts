import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { invalidRequest } from '../http/problem.ts'
import type { StartSpan } from '../telemetry/span.ts'
import { type Doorbell, readDoorbell } from './doorbell.ts'
import { type PushMessage, readPushMessage } from './push-message.ts'
import { traceMessage } from './trace-message.ts'

/** Answers a push of a doorbell, as part of the trace of what it rings for; and refuses what is none. */
export async function takeDoorbell(
  { startSpan, topic }: { readonly startSpan: StartSpan; readonly topic: string },
  request: HttpRequest,
  answer: (doorbell: Doorbell, message: PushMessage) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const message = readPushMessage(request)
  const doorbell = message && readDoorbell(message.text)
  if (message === undefined || doorbell === undefined) {
    return invalidRequest([{ field: 'message.data', message: 'must be a doorbell: {"group", "lastSeq", …}' }])
  }
  return await traceMessage(startSpan, message, topic, () => answer(doorbell, message))
}
