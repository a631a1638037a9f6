import { forPushes, type GuardedRoutes } from '../../lib/auth/access.ts'
import { BlockedError, type Drainer } from '../../lib/drain/drainer.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest, unavailable } from '../../lib/http/problem.ts'
import type { Logger } from '../../lib/log/logger.ts'
import { readDoorbell } from '../../lib/pubsub/doorbell.ts'
import { readPushMessage } from '../../lib/pubsub/push-message.ts'

export type WorkerParts = {
  readonly drainer: Pick<Drainer, 'drain'>
  readonly log: Logger
}

/** Applies: a push for a group is answered when nothing of the group, up to its `seq`, is PENDING any more. */
export function createRoutes(parts: WorkerParts): GuardedRoutes {
  return { 'POST /': forPushes(request => takePush(parts, request)) }
}

async function takePush({ drainer, log }: WorkerParts, request: HttpRequest): Promise<HttpResponse> {
  const message = readPushMessage(request)
  const doorbell = message && readDoorbell(message.text)
  if (doorbell === undefined) {
    return invalidRequest([{ field: 'message.data', message: 'must be a doorbell: {"group", "lastSeq", …}' }])
  }
  try {
    await drainer.drain(doorbell)
    return { status: 204 }
  } catch (error) {
    if (!(error instanceof BlockedError)) throw error
    log.error({ ...doorbell, attempt: message?.deliveryAttempt, error: error.message }, 'group blocked')
    return unavailable('The group cannot be drained at the moment.')
  }
}
