import { readJsonBody } from '../../lib/http/json-body.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest, problem } from '../../lib/http/problem.ts'
import type { Routes } from '../../lib/http/route.ts'
import type { Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { readPushMessage } from '../../lib/pubsub/push-message.ts'
import type { VerifyPush } from '../../lib/pubsub/push-token.ts'
import { acceptEvent } from './accept-event.ts'
import type { Acceptor } from './acceptor.ts'
import { parseTransaction } from './parse-transaction.ts'
import type { Request } from './request.ts'
import type { Acceptance } from './store-batch.ts'

export type IngestParts = {
  readonly db: Database
  readonly acceptor: Acceptor
  readonly verifyPush: VerifyPush
  readonly orderingGroups: number
  readonly now: () => Date
  readonly log: Logger
}

/** Accepts transactions: durable and PENDING before the answer, from HTTP callers and from the topic alike. */
export function createRoutes(parts: IngestParts): Routes {
  return {
    'POST /api/v1/transactions/process': request => processTransaction(parts, request),
    'POST /events/transactions': request => takePush(parts, request),
  }
}

async function processTransaction(
  { acceptor, orderingGroups }: IngestParts,
  request: HttpRequest,
): Promise<HttpResponse> {
  const body = readJsonBody(request)
  if ('refusal' in body) return body.refusal
  const parsed = parseTransaction(body.value, orderingGroups)
  if ('errors' in parsed) return invalidRequest(parsed.errors)
  const { transactionId } = parsed.transaction
  const [acceptance] = await acceptor.accept([parsed.transaction])
  if (acceptance?.kind !== 'accepted') return refusal(acceptance?.kind, parsed.transaction)
  return { status: 202, body: { message: 'Transaction accepted', transactionId, status: acceptance.status } }
}

function refusal(
  kind: Exclude<Acceptance['kind'], 'accepted'> | undefined,
  { transactionId, parentTransactionId, type }: Request,
): HttpResponse {
  switch (kind) {
    case 'unknown_parent':
      return problem('transaction_not_found', `No transaction ${parentTransactionId} was accepted.`)
    case 'parent_mismatch':
      return problem('parent_mismatch', `A ${type} cannot follow up transaction ${parentTransactionId}.`)
    default:
      return problem(
        'transaction_id_reused',
        `transactionId ${transactionId} belongs to another transaction.`,
      )
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
