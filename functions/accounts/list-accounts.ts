import type { Caller } from '../../lib/auth/caller.ts'
import { NO_CURSOR, writeCursor } from '../../lib/http/cursor.ts'
import { cutPage } from '../../lib/http/cut-page.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { invalidRequest } from '../../lib/http/problem.ts'
import { readQuery } from '../../lib/http/read-query.ts'
import { findUserAccounts } from '../../lib/mysql/find-user-accounts.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { accountView } from '../../lib/views/account-view.ts'
import type { AccountParts } from './account-parts.ts'
import { readAfterId } from './read-after-id.ts'

const PARAMETERS = {
  userId: { schema: 'Id', as: 'text' },
  cursor: { schema: 'Cursor', as: 'text' },
  limit: { schema: 'PageSize', as: 'integer' },
} as const

/** Lists the accounts of a user, closed ones too, in order of id. A user that is not the caller's has none. */
export async function listAccounts(
  parts: AccountParts,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const read = readQuery(request.query, PARAMETERS)
  if ('errors' in read) return invalidRequest(read.errors)
  const { userId, cursor, limit: size = 20 } = read.query
  if (userId === undefined) return invalidRequest([{ field: 'userId', message: 'is missing' }])
  const afterId = readAfterId('accounts', cursor)
  if (afterId === undefined) return invalidRequest([NO_CURSOR])
  if (!(await parts.ownership.ownsUser(caller, userId))) return { status: 200, body: { accounts: [] } }
  const records = await retry(parts, 'list accounts', () =>
    findUserAccounts(parts.db, { userId, afterId, limit: size + 1 }),
  )
  const { rows, last } = cutPage(records, size)
  const nextCursor = last && writeCursor('accounts', last.accountId)
  return { status: 200, body: { accounts: rows.map(account => accountView(account)), nextCursor } }
}
