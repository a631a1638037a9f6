import { type CallerHandler, forCallers, forPushes, type GuardedRoutes } from '../../lib/auth/access.ts'
import type { HttpResponse } from '../../lib/http/message.ts'
import { unavailable } from '../../lib/http/problem.ts'
import type { Doorbell } from '../../lib/pubsub/doorbell.ts'
import { takeDoorbell } from '../../lib/pubsub/take-doorbell.ts'
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
    'POST /': forPushes(request => {
      const tracing = { startSpan: parts.telemetry.startSpan, topic: 'transactions-pending-dead-letter' }
      return takeDoorbell(tracing, request, (doorbell, { messageId }) => settle(parts, doorbell, messageId))
    }),
    'GET /api/v1/dead-letters': ops(request => listDeadLetters(parts, request)),
    'GET /api/v1/dead-letters/blocked': ops(() => listBlocked(parts)),
    [`GET ${LETTER}`]: ops(request => showDeadLetter(parts, request)),
    [`POST ${LETTER}/replay`]: ops((request, { id }) => replay(parts, request, id)),
    [`POST ${LETTER}/discard`]: ops((request, { id }) => discard(parts, request, id)),
  }
}

async function settle(parts: RouteParts, doorbell: Doorbell, messageId: string): Promise<HttpResponse> {
  const isDone = await settleDeadLetter(parts, doorbell, messageId)
  return isDone ? { status: 204 } : unavailable('The group is still blocked.')
}
