import type { Caller } from '../../lib/auth/caller.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest } from '../../lib/http/problem.ts'
import { readQuery } from '../../lib/http/read-query.ts'
import { findUserHistory } from '../../lib/mysql/find-user-history.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { ownTransactionView } from '../../lib/views/own-transaction-view.ts'
import { transactionView } from '../../lib/views/transaction-view.ts'
import type { AccountParts } from './account-parts.ts'

const PARAMETERS = { page: { schema: 'PageNumber', as: 'integer' } } as const
const PAGE_SIZE = 10

/**
 * Lists the transactions of all accounts of a user, newest accepted first, by page number: what arrives meanwhile moves the
 * others on. A user that is not known, or not the caller's,
 * has none.
 */
export async function listUserHistory(
  parts: AccountParts,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const { userId = '' } = request.params
  const read = readQuery(request.query, PARAMETERS)
  if ('errors' in read) return invalidRequest(read.errors)
  const { page = 1 } = read.query
  const isOwn = await parts.ownership.ownsUser(caller, userId)
  if (!isOwn) return { status: 200, body: { userId, page, transactions: [] } }
  const part = { userId, offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE }
  const { records, accountIds } = await retry(parts, 'list history', () => findUserHistory(parts.db, part))
  const transactions = records.map(record =>
    ownTransactionView(transactionView(record), id => accountIds.has(id)),
  )
  return { status: 200, body: { userId, page, transactions } }
}
