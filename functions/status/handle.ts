import { parseJsonVerbatim } from '../../lib/http/json.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { problem } from '../../lib/http/problem.ts'
import type { Routes } from '../../lib/http/route.ts'
import type { BalanceView } from '../../lib/views/balance-view.ts'
import type { TransactionView } from '../../lib/views/transaction-view.ts'
import { documentationRoutes } from './documentation.ts'
import { readBalance, readTransaction, type Sources } from './read-through.ts'

/**
 * Answers from the cache, with the database behind it: an id is known from the moment it was accepted. Beside that, it
 * shows the description of the API.
 */
export function createRoutes(sources: Sources): Routes {
  return {
    'GET /api/v1/transactions/{transactionId}': request => getTransaction(sources, request),
    'GET /api/v1/transactions/{transactionId}/status': request => getStatus(sources, request),
    'GET /api/v1/accounts/{accountId}/balance': request => getBalance(sources, request),
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

async function getBalance(sources: Sources, { params }: HttpRequest): Promise<HttpResponse> {
  const { accountId = '' } = params
  const view = await readBalance(sources, accountId)
  if (view === undefined) return problem('account_not_found', `No account ${accountId}.`)
  return { status: 200, body: toBody(view) }
}

function noTransaction(transactionId: string): HttpResponse {
  return problem('transaction_not_found', `No transaction ${transactionId} was accepted.`)
}

/** A copy from the cache is text; it goes out digit for digit. */
function toBody<V extends TransactionView | BalanceView>(view: V | string): V {
  return typeof view === 'string' ? (parseJsonVerbatim(view) as V) : view
}
