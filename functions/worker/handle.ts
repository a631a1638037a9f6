import { forPushes, type GuardedRoutes } from '../../lib/auth/access.ts'
import { BlockedError, type Drainer } from '../../lib/drain/drainer.ts'
import type { HttpResponse } from '../../lib/http/message.ts'
import { unavailable } from '../../lib/http/problem.ts'
import type { Logger } from '../../lib/log/logger.ts'
import type { Doorbell } from '../../lib/pubsub/doorbell.ts'
import type { PushMessage } from '../../lib/pubsub/push-message.ts'
import { takeDoorbell } from '../../lib/pubsub/take-doorbell.ts'
import type { Telemetry } from '../../lib/telemetry/telemetry.ts'

export type WorkerParts = {
  readonly drainer: Pick<Drainer, 'drain'>
  readonly telemetry: Telemetry
  readonly log: Logger
}

/** Applies: a push for a group is answered when nothing of the group, up to its `seq`, is PENDING any more. */
export function createRoutes(parts: WorkerParts): GuardedRoutes {
  return {
    'POST /': forPushes(request => {
      const tracing = { startSpan: parts.telemetry.startSpan, topic: 'transactions-pending' }
      return takeDoorbell(tracing, request, (doorbell, message) => drain(parts, doorbell, message))
    }),
  }
}

async function drain(
  { drainer, log }: WorkerParts,
  doorbell: Doorbell,
  { publishTime, deliveryAttempt }: PushMessage,
): Promise<HttpResponse> {
  try {
    await drainer.drain({ ...doorbell, rungAt: publishTime })
    return { status: 204 }
  } catch (error) {
    if (!(error instanceof BlockedError)) throw error
    log.error({ ...doorbell, attempt: deliveryAttempt, error: error.message }, 'group blocked')
    return unavailable('The group cannot be drained at the moment.')
  }
}
