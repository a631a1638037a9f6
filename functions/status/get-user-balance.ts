import type { Caller } from '../../lib/auth/caller.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { noUser } from '../../lib/http/not-found.ts'
import { invalidRequest } from '../../lib/http/problem.ts'
import { readQuery } from '../../lib/http/read-query.ts'
import { userBalanceView } from '../../lib/views/user-balance-view.ts'
import { readUserBalances, type Sources } from './read-through.ts'

/** Answers what a user has over all accounts; from the database, which alone knows which accounts those are. */
export async function getUserBalance(
  sources: Sources,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const { userId = '' } = request.params
  const read = readQuery(request.query, {})
  if ('errors' in read) return invalidRequest(read.errors)
  const isOwn = await sources.ownership.ownsUser(caller, userId)
  const balances = isOwn ? await readUserBalances(sources, userId) : undefined
  return balances === undefined ? noUser(userId) : { status: 200, body: userBalanceView(userId, balances) }
}
