import type { HttpResponse } from '../../lib/http/message.ts'
import { problem } from '../../lib/http/problem.ts'

export function noAccount(accountId: string): HttpResponse {
  return problem('account_not_found', `No account ${accountId}.`)
}
