import type { HttpRequest, HttpResponse } from './message.ts'
import { problem } from './problem.ts'

/*
 * What is not the caller's is answered in the very words of what is not there: whose accounts, users and transactions exist is
 * nobody else's to learn.
 */

export function noAccount(accountId: string): HttpResponse {
  return problem('account_not_found', `No account ${accountId}.`)
}

export function noUser(userId: string): HttpResponse {
  return problem('user_not_found', `No user ${userId}.`)
}

export function noTransaction(transactionId: string): HttpResponse {
  return problem('transaction_not_found', `No transaction ${transactionId} was accepted.`)
}

export function noAddress({ path }: Pick<HttpRequest, 'path'>): HttpResponse {
  return problem('not_found', `No such address: ${path}`)
}
