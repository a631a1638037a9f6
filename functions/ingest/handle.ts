import { forCallers, forPushes, type GuardedRoutes } from '../../lib/auth/access.ts'
import type { Ownership } from '../../lib/auth/ownership.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest, overloaded } from '../../lib/http/problem.ts'
import type { Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { readPushMessage } from '../../lib/pubsub/push-message.ts'
import { traceMessage } from '../../lib/pubsub/trace-message.ts'
import type { Telemetry } from '../../lib/telemetry/telemetry.ts'
import { acceptEvent } from './accept-event.ts'
import type { Acceptor } from './acceptor.ts'
import { addMoney } from './add-money.ts'
import type { BackPressure } from './back-pressure.ts'
import type { DecisionWatch } from './decision-watch.ts'
import { processBatch } from './process-batch.ts'
import { processTransaction } from './process-transaction.ts'

export type IngestParts = {
  readonly db: Database
  readonly acceptor: Acceptor
  readonly watch: DecisionWatch
  readonly pressure: BackPressure
  readonly ownership: Ownership
  readonly orderingGroups: number
  readonly retrySeconds: number
  readonly newId: () => string
  readonly now: () => Date
  readonly telemetry: Telemetry
  readonly log: Logger
}

/** Accepts transactions: durable and PENDING before the answer, from HTTP callers and from the topic alike. */
export function createRoutes(parts: IngestParts): GuardedRoutes {
  const posts = (handle: (...given: Parameters<typeof addMoney>) => Promise<HttpResponse>) =>
    forCallers('transactions:write', (request, caller) =>
      parts.pressure.isHigh() ? overloaded() : handle(parts, request, caller),
    )
  return {
    'POST /api/v1/transactions/process': posts(processTransaction),
    'POST /api/v1/transactions/batch': posts(processBatch),
    'POST /api/v1/users/{userId}/add': posts(addMoney),
    'POST /events/transactions': forPushes(request =>
      parts.pressure.isHigh() ? overloaded() : takePush(parts, request),
    ),
  }
}

async function takePush(parts: IngestParts, request: HttpRequest): Promise<HttpResponse> {
  const message = readPushMessage(request)
  if (message === undefined) {
    return invalidRequest([{ field: 'message', message: 'must be a Pub/Sub message, wrapped' }])
  }
  await traceMessage(parts.telemetry.startSpan, message, 'transactions', () => acceptEvent(parts, message))
  return { status: 204 }
}
