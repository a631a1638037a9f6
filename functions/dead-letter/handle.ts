import { type CallerHandler, forCallers, forPushes, type GuardedRoutes } from '../../lib/auth/access.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest, unavailable } from '../../lib/http/problem.ts'
import { readDoorbell } from '../../lib/pubsub/doorbell.ts'
import { readPushMessage } from '../../lib/pubsub/push-message.ts'
import { traceMessage } from '../../lib/pubsub/trace-message.ts'
import { discard } from './discard.ts'
import { listDeadLetters } from './list-dead-letters.ts'
import { replay } from './replay.ts'
import type { RouteParts } from './route-parts.ts'
import { settleDeadLetter } from './settle-dead-letter.ts'
import { listBlocked, showDeadLetter } from './show-dead-letter.ts'

const LETTER = '/api/v1/dead-letters/{deadLetterId}'

/** Takes what the workers could not apply, shows what will never be, and lets operators end it. */
export function createRoutes(parts: RouteParts): GuardedRoutes {
  const ops = (handle: CallerHandler) => forCallers('ops', handle)
  return {
    'POST /': forPushes(request => takePush(parts, request)),
    'GET /api/v1/dead-letters': ops(request => listDeadLetters(parts, request)),
    'GET /api/v1/dead-letters/blocked': ops(() => listBlocked(parts)),
    [`GET ${LETTER}`]: ops(request => showDeadLetter(parts, request)),
    [`POST ${LETTER}/replay`]: ops((request, { id }) => replay(parts, request, id)),
    [`POST ${LETTER}/discard`]: ops((request, { id }) => discard(parts, request, id)),
  }
}

async function takePush(parts: RouteParts, request: HttpRequest): Promise<HttpResponse> {
  const message = readPushMessage(request)
  const doorbell = message && readDoorbell(message.text)
  if (message === undefined || doorbell === undefined) {
    return invalidRequest([{ field: 'message.data', message: 'must be a doorbell: {"group", "lastSeq", …}' }])
  }
  const settled = await traceMessage(
    parts.telemetry.startSpan,
    message,
    'transactions-pending-dead-letter',
    () => settleDeadLetter(parts, doorbell, message.messageId),
  )
  return settled ? { status: 204 } : unavailable('The group is still blocked.')
}
