import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { problem } from '../../lib/http/problem.ts'
import type { Routes } from '../../lib/http/route.ts'
import { documentationRoutes } from './documentation.ts'
import { type BalanceSources, getBalance } from './get-balance.ts'
import { getUserBalance } from './get-user-balance.ts'
import { readTransaction, type Sources } from './read-through.ts'
import { type StreamSources, streamBalance } from './stream-balance.ts'
import { toBody } from './to-body.ts'

/**
 * Answers from the cache, with the database behind it: an id is known from the moment it was accepted. Beside that, it
 * shows the description of the API.
 */
export function createRoutes(sources: BalanceSources & StreamSources): Routes {
  return {
    'GET /api/v1/transactions/{transactionId}': request => getTransaction(sources, request),
    'GET /api/v1/transactions/{transactionId}/status': request => getStatus(sources, request),
    'GET /api/v1/accounts/{accountId}/balance': request => getBalance(sources, request),
    'GET /api/v1/accounts/{accountId}/balance/stream': request => streamBalance(sources, request),
    'GET /api/v1/users/{userId}/balance': request => getUserBalance(sources, request),
    ...documentationRoutes(),
  }
}

async function getTransaction(sources: Sources, { params }: HttpRequest): Promise<HttpResponse> {
  const { transactionId = '' } = params
  const view = await readTransaction(sources, transactionId)
  return view === undefined ? noTransaction(transactionId) : { status: 200, body: toBody(view) }
}

async function getStatus(sources: Sources, { params }: HttpRequest): Promise<HttpResponse> {
  const { transactionId = '' } = params
  const view = await readTransaction(sources, transactionId)
  if (view === undefined) return noTransaction(transactionId)
  const { status, reason } = toBody(view)
  return { status: 200, body: { transactionId, status, reason } }
}

function noTransaction(transactionId: string): HttpResponse {
  return problem('transaction_not_found', `No transaction ${transactionId} was accepted.`)
}
