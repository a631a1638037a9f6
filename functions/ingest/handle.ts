import { forCallers, forPushes, type GuardedRoutes } from '../../lib/auth/access.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest, overloaded } from '../../lib/http/problem.ts'
import { readPushMessage } from '../../lib/pubsub/push-message.ts'
import { traceMessage } from '../../lib/pubsub/trace-message.ts'
import { acceptEvent } from './accept-event.ts'
import { addMoney } from './add-money.ts'
import type { IngestParts } from './ingest-parts.ts'
import { processBatch } from './process-batch.ts'
import { processTransaction } from './process-transaction.ts'

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
