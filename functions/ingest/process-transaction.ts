import type { Caller } from '../../lib/auth/caller.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { preferredWaitSeconds } from '../../lib/http/prefer-wait.ts'
import { invalidRequest, problem } from '../../lib/http/problem.ts'
import { readJsonBody } from '../../lib/http/read-json-body.ts'
import { ownTransactionView } from '../../lib/views/own-transaction-view.ts'
import { transactionView } from '../../lib/views/transaction-view.ts'
import { acceptanceAt } from './acceptance.ts'
import type { IngestParts } from './ingest-parts.ts'
import { parseTransaction } from './parse-transaction.ts'
import { refusalOf } from './refusal.ts'
import type { Request } from './request.ts'

/** Accepts one transaction; with `Prefer: wait=N` it answers what became of it, if that is known within N seconds. */
export async function processTransaction(
  parts: IngestParts,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const body = readJsonBody(request)
  if ('refusal' in body) return body.refusal
  const parsed = parseTransaction(body.value, parts.orderingGroups)
  if ('errors' in parsed) return invalidRequest(parsed.errors)
  return await answerAccepted(parts, request, { transaction: parsed.transaction, caller })
}

/** Accepts a transaction that is valid, and answers as the caller prefers. */
export async function answerAccepted(
  { acceptor, watch, ownership }: IngestParts,
  request: HttpRequest,
  { transaction, caller }: { readonly transaction: Request; readonly caller: Caller },
): Promise<HttpResponse> {
  const { transactionId } = transaction
  const acceptance = acceptanceAt(await acceptor.accept([transaction], caller), 0)
  if (acceptance.kind !== 'accepted') {
    const { code, message } = refusalOf(acceptance.kind, transaction)
    return problem(code, message)
  }
  const seconds = preferredWaitSeconds(request)
  const decided = seconds === undefined ? undefined : await watch.wait(transactionId, seconds)
  if (decided) {
    const headers = { 'preference-applied': `wait=${seconds}` }
    const own = await ownership.ownAccounts(caller, [decided.sourceAccountId, decided.destinationAccountId])
    return { status: 200, headers, body: ownTransactionView(transactionView(decided), id => own.has(id)) }
  }
  const { status } = acceptance
  return { status: 202, body: { message: 'Transaction accepted', transactionId, status } }
}
