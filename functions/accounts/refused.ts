import type { HttpResponse } from '../../lib/http/message.ts'
import { noAccount } from '../../lib/http/not-found.ts'
import { problem } from '../../lib/http/problem.ts'
import type { Refusal } from './change-account.ts'

/** Says why an account stays as it is. */
export function refused(refusal: Refusal, accountId: string): HttpResponse {
  switch (refusal) {
    case 'unknown':
      return noAccount(accountId)
    case 'closed':
      return problem('account_closed', `Account ${accountId} is closed; it cannot be changed.`)
    case 'over_limit':
      return problem(
        'overdraft_in_use',
        `Account ${accountId} is further below zero than that overdraft limit, or holds reserve more than it allows.`,
      )
    case 'has_balance':
      return problem('account_not_empty', `Account ${accountId} still holds money; its balance must be zero.`)
    case 'has_pending':
      return problem('account_not_empty', `Account ${accountId} has transactions that are not final yet.`)
  }
}
