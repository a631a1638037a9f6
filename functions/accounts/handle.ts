import { type CallerHandler, forCallers, type GuardedRoutes } from '../../lib/auth/access.ts'
import { type Caller, mayUseEveryAccount, type Scope } from '../../lib/auth/caller.ts'
import { ofOwnAccount } from '../../lib/auth/own-account.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { noAccount, noUser } from '../../lib/http/not-found.ts'
import { invalidRequest, problem } from '../../lib/http/problem.ts'
import { readIdempotencyKey } from '../../lib/http/read-idempotency-key.ts'
import { readJsonBody } from '../../lib/http/read-json-body.ts'
import { isSystemAccount } from '../../lib/ledger/account.ts'
import { findAccount } from '../../lib/mysql/find-account.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { accountView } from '../../lib/views/account-view.ts'
import type { AccountParts } from './account-parts.ts'
import { changeAccount, closeAccount } from './change-account.ts'
import { listAccounts } from './list-accounts.ts'
import { listHistory } from './list-history.ts'
import { listUserHistory } from './list-user-history.ts'
import { newIdFor } from './new-id-for.ts'
import { openAccount } from './open-account.ts'
import { parseAccount } from './parse-account.ts'
import { parseChange } from './parse-change.ts'
import { refused } from './refused.ts'
import { getUser, listUsers, postUser } from './users.ts'

type Handle = (parts: AccountParts, request: HttpRequest, caller: Caller) => Promise<HttpResponse>

/** Opens, shows, changes and closes accounts, and keeps their users. Money comes into one only as a transaction. */
export function createRoutes(parts: AccountParts): GuardedRoutes {
  const withParts =
    (handle: Handle): CallerHandler =>
    (request, caller) =>
      handle(parts, request, caller)
  const forCaller = (scope: Scope, handle: Handle) => forCallers(scope, withParts(handle))
  const forOwner = (scope: Scope, handle: Handle) =>
    forCallers(scope, ofOwnAccount(parts.ownership, withParts(handle)))
  return {
    'POST /api/v1/accounts': forCaller('accounts:write', postAccount),
    'GET /api/v1/accounts': forCaller('read', listAccounts),
    'GET /api/v1/accounts/{accountId}': forOwner('read', getAccount),
    'PATCH /api/v1/accounts/{accountId}': forOwner('accounts:write', patchAccount),
    'DELETE /api/v1/accounts/{accountId}': forOwner('accounts:write', deleteAccount),
    'GET /api/v1/accounts/{accountId}/transactions': forOwner('read', listHistory),
    'POST /api/v1/users': forCaller('accounts:write', postUser),
    'GET /api/v1/users': forCaller('read', listUsers),
    'GET /api/v1/users/{userId}': forCaller('read', getUser),
    'GET /api/v1/users/{userId}/history': forCaller('read', listUserHistory),
  }
}

async function postAccount(parts: AccountParts, request: HttpRequest, caller: Caller): Promise<HttpResponse> {
  const body = readJsonBody(request)
  if ('refusal' in body) return body.refusal
  const idempotency = readIdempotencyKey(request)
  if ('errors' in idempotency) return invalidRequest(idempotency.errors)
  const parsed = parseAccount(body.value, () => newIdFor('account', caller, idempotency.key) ?? parts.newId())
  if ('errors' in parsed) return invalidRequest(parsed.errors)
  const { userId } = parsed.account
  if (userId === null && !mayUseEveryAccount(caller)) {
    return problem('forbidden', 'userId must name a user of yours, to whom the account shall belong.')
  }
  if (userId !== null && !(await parts.ownership.ownsUser(caller, userId))) return noUser(userId)
  const opened = await openAccount(parts, parsed)
  if (opened === 'no_user') return noUser(userId ?? '')
  if (opened === 'taken') {
    return problem('account_exists', `accountId ${parsed.account.accountId} belongs to another account.`)
  }
  return { status: 201, body: accountView(opened.account, opened.openingTransactionId) }
}

async function getAccount(parts: AccountParts, { params }: HttpRequest): Promise<HttpResponse> {
  const { accountId = '' } = params
  const account = await retry(parts, 'read account', () => findAccount(parts.db, accountId))
  return account === undefined ? noAccount(accountId) : { status: 200, body: accountView(account) }
}

async function patchAccount(parts: AccountParts, request: HttpRequest): Promise<HttpResponse> {
  const { accountId = '' } = request.params
  const body = readJsonBody(request)
  if ('refusal' in body) return body.refusal
  const parsed = parseChange(body.value)
  if ('errors' in parsed) return invalidRequest(parsed.errors)
  const refusal = refuseToTouch(accountId, 'changed')
  if (refusal !== undefined) return refusal
  const changed = await changeAccount(parts, accountId, parsed.change)
  return typeof changed === 'string'
    ? refused(changed, accountId)
    : { status: 200, body: accountView(changed) }
}

async function deleteAccount(parts: AccountParts, { params }: HttpRequest): Promise<HttpResponse> {
  const { accountId = '' } = params
  const refusal = refuseToTouch(accountId, 'deleted')
  if (refusal !== undefined) return refusal
  const closed = await closeAccount(parts, accountId)
  if (typeof closed === 'string') return refused(closed, accountId)
  return { status: 200, body: { message: 'Account deleted successfully.' } }
}

/** The world has no limit and no end: what would change it would break the books of its currency. */
function refuseToTouch(accountId: string, what: 'changed' | 'deleted'): HttpResponse | undefined {
  if (isSystemAccount(accountId)) return problem('forbidden', `A system account cannot be ${what}.`)
  return undefined
}
