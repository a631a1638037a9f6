import { readJsonBody } from '../../lib/http/json-body.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest, problem } from '../../lib/http/problem.ts'
import type { Routes } from '../../lib/http/route.ts'
import { closeAccount } from '../../lib/mysql/close-account.ts'
import { findAccount } from '../../lib/mysql/find-account.ts'
import { isId } from '../../lib/openapi/is-id.ts'
import { accountView } from '../../lib/views/account-view.ts'
import { listHistory } from './list-history.ts'
import { noAccount } from './no-account.ts'
import { type AccountParts, openAccount } from './open-account.ts'
import { parseAccount } from './parse-account.ts'
import { retry } from './retry.ts'

/** Opens, shows and closes accounts. Money comes into one only as a transaction. */
export function createRoutes(parts: AccountParts): Routes {
  return {
    'POST /api/v1/accounts': request => postAccount(parts, request),
    'GET /api/v1/accounts/{accountId}': request => getAccount(parts, request),
    'DELETE /api/v1/accounts/{accountId}': request => deleteAccount(parts, request),
    'GET /api/v1/accounts/{accountId}/transactions': request => listHistory(parts, request),
  }
}

async function postAccount(parts: AccountParts, request: HttpRequest): Promise<HttpResponse> {
  const body = readJsonBody(request)
  if ('refusal' in body) return body.refusal
  const parsed = parseAccount(body.value, parts.newId)
  if ('errors' in parsed) return invalidRequest(parsed.errors)
  const opened = await openAccount(parts, parsed)
  if (opened === undefined) {
    return problem('account_exists', `accountId ${parsed.account.accountId} belongs to another account.`)
  }
  return { status: 201, body: accountView(opened.account, opened.openingTransactionId) }
}

async function getAccount(parts: AccountParts, { params }: HttpRequest): Promise<HttpResponse> {
  const { accountId = '' } = params
  if (!isId(accountId)) return noAccount(accountId)
  const account = await retry(parts, () => findAccount(parts.db, accountId))
  return account === undefined ? noAccount(accountId) : { status: 200, body: accountView(account) }
}

async function deleteAccount(parts: AccountParts, { params }: HttpRequest): Promise<HttpResponse> {
  const { accountId = '' } = params
  if (accountId.startsWith('world:')) {
    return problem('forbidden', 'A system account cannot be deleted.')
  }
  if (!isId(accountId)) return noAccount(accountId)
  const closing = await retry(parts, () => closeAccount(parts.db, accountId, parts.now()))
  switch (closing) {
    case 'closed':
      return { status: 200, body: { message: 'Account deleted successfully.' } }
    case 'unknown':
      return noAccount(accountId)
    case 'has_balance':
      return problem('account_not_empty', `Account ${accountId} still holds money; its balance must be zero.`)
    case 'has_pending':
      return problem('account_not_empty', `Account ${accountId} has transactions that are not final yet.`)
  }
}
