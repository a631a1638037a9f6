import { type CallerHandler, forCallers, type GuardedRoutes } from '../../lib/auth/access.ts'
import type { Caller } from '../../lib/auth/caller.ts'
import { ofOwnAccount } from '../../lib/auth/own-account.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { noTransaction } from '../../lib/http/not-found.ts'
import { ownTransactionView } from '../../lib/views/own-transaction-view.ts'
import type { TransactionView } from '../../lib/views/transaction-view.ts'
import { documentationRoutes } from './documentation-routes.ts'
import { type BalanceSources, getBalance } from './get-balance.ts'
import { getUserBalance } from './get-user-balance.ts'
import { readTransaction, type Sources } from './read-through.ts'
import { type StreamSources, streamBalance } from './stream-balance.ts'
import { toBody } from './to-body.ts'

type ReadSources = BalanceSources & StreamSources
type Handle = (sources: ReadSources, request: HttpRequest, caller: Caller) => Promise<HttpResponse>

/**
 * Answers from the cache, with the database behind it: an id is known from the moment it was accepted. Beside that, it
 * shows the description of the API.
 */
export function createRoutes(sources: ReadSources): GuardedRoutes {
  const withSources =
    (handle: Handle): CallerHandler =>
    (request, caller) =>
      handle(sources, request, caller)
  const forCaller = (handle: Handle) => forCallers('read', withSources(handle))
  const forOwner = (handle: Handle) =>
    forCallers('read', ofOwnAccount(sources.ownership, withSources(handle)))
  return {
    'GET /api/v1/transactions/{transactionId}': forCaller(getTransaction),
    'GET /api/v1/transactions/{transactionId}/status': forCaller(getStatus),
    'GET /api/v1/accounts/{accountId}/balance': forOwner(getBalance),
    'GET /api/v1/accounts/{accountId}/balance/stream': forOwner(streamBalance),
    'GET /api/v1/users/{userId}/balance': forCaller(getUserBalance),
    ...documentationRoutes(),
  }
}

async function getTransaction(sources: Sources, request: HttpRequest, caller: Caller): Promise<HttpResponse> {
  const { transactionId = '' } = request.params
  const view = await readOwnTransaction(sources, transactionId, caller, toBody<TransactionView>)
  return view === undefined ? noTransaction(transactionId) : { status: 200, body: view }
}

async function getStatus(sources: Sources, request: HttpRequest, caller: Caller): Promise<HttpResponse> {
  const { transactionId = '' } = request.params
  // No number goes out, so none has to be exact.
  const view = await readOwnTransaction(sources, transactionId, caller, JSON.parse)
  if (view === undefined) return noTransaction(transactionId)
  const { status, reason } = view
  return { status: 200, body: { transactionId, status, reason } }
}

/** Reads a transaction of which one side at least is the caller's, with the balances of those sides alone. */
async function readOwnTransaction(
  sources: Sources,
  transactionId: string,
  caller: Caller,
  parse: (copy: string) => TransactionView,
): Promise<TransactionView | undefined> {
  const copy = await readTransaction(sources, transactionId)
  if (copy === undefined) return undefined
  const view = parse(copy)
  const { sourceAccountId, destinationAccountId } = view
  const own = await sources.ownership.ownAccounts(caller, [sourceAccountId, destinationAccountId])
  return own.size === 0 ? undefined : ownTransactionView(view, id => own.has(id))
}
