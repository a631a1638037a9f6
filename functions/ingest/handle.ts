import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest } from '../../lib/http/problem.ts'
import type { Routes } from '../../lib/http/route.ts'
import type { Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { readPushMessage } from '../../lib/pubsub/push-message.ts'
import type { VerifyPush } from '../../lib/pubsub/push-token.ts'
import { acceptEvent } from './accept-event.ts'
import type { Acceptor } from './acceptor.ts'
import { addMoney } from './add-money.ts'
import type { DecisionWatch } from './decision-watch.ts'
import { processBatch } from './process-batch.ts'
import { processTransaction } from './process-transaction.ts'

export type IngestParts = {
  readonly db: Database
  readonly acceptor: Acceptor
  readonly watch: DecisionWatch
  readonly verifyPush: VerifyPush
  readonly orderingGroups: number
  readonly retrySeconds: number
  readonly newId: () => string
  readonly now: () => Date
  readonly log: Logger
}

/** Accepts transactions: durable and PENDING before the answer, from HTTP callers and from the topic alike. */
export function createRoutes(parts: IngestParts): Routes {
  return {
    'POST /api/v1/transactions/process': request => processTransaction(parts, request),
    'POST /api/v1/transactions/batch': request => processBatch(parts, request),
    'POST /api/v1/users/{userId}/add': request => addMoney(parts, request),
    'POST /events/transactions': request => takePush(parts, request),
  }
}

async function takePush(parts: IngestParts, request: HttpRequest): Promise<HttpResponse> {
  const refusal = await parts.verifyPush(request)
  if (refusal !== undefined) return refusal
  const message = readPushMessage(request)
  if (message === undefined) {
    return invalidRequest([{ field: 'message', message: 'must be a Pub/Sub message, wrapped' }])
  }
  await acceptEvent(parts, message)
  return { status: 204 }
}
