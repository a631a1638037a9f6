import { forCallers, forPushes, type GuardedRoutes } from '../../lib/auth/access.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest, unavailable } from '../../lib/http/problem.ts'
import type { Logger } from '../../lib/log/logger.ts'
import { findDeadLetters } from '../../lib/mysql/dead-letters.ts'
import { isTransient } from '../../lib/mysql/errors.ts'
import { readDoorbell } from '../../lib/pubsub/doorbell.ts'
import { readPushMessage } from '../../lib/pubsub/push-message.ts'
import { retryTransient } from '../../lib/retry/retry-transient.ts'
import { type DeadLetterParts, settleDeadLetter } from './settle-dead-letter.ts'

export type RouteParts = DeadLetterParts & {
  readonly retrySeconds: number
  readonly log: Logger
}

const LISTED = 100

/** Takes what the workers could not apply, and shows what will never be. */
export function createRoutes(parts: RouteParts): GuardedRoutes {
  return {
    'POST /': forPushes(request => takePush(parts, request)),
    'GET /api/v1/dead-letters': forCallers('ops', () => listDeadLetters(parts)),
  }
}

async function takePush(parts: RouteParts, request: HttpRequest): Promise<HttpResponse> {
  const message = readPushMessage(request)
  const doorbell = message && readDoorbell(message.text)
  if (message === undefined || doorbell === undefined) {
    return invalidRequest([{ field: 'message.data', message: 'must be a doorbell: {"group", "lastSeq", …}' }])
  }
  const settled = await settleDeadLetter(parts, doorbell, message.messageId)
  return settled ? { status: 204 } : unavailable('The group is still blocked.')
}

async function listDeadLetters({ db, retrySeconds }: RouteParts): Promise<HttpResponse> {
  const options = { what: 'list dead letters', deadlineMilliseconds: retrySeconds * 1000, isTransient }
  const found = await retryTransient(options, () => findDeadLetters(db, LISTED))
  const deadLetters = found.map(({ item, transactionId, ...letter }) => ({
    ...letter,
    messageId: `${letter.messageId}#${item}`,
    ...(transactionId !== null && { transactionId }),
  }))
  return { status: 200, body: { deadLetters } }
}
