import type { Caller } from '../../lib/auth/caller.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { type FieldError, invalidRequest, problem } from '../../lib/http/problem.ts'
import { readJsonBody } from '../../lib/http/read-json-body.ts'
import { validatorOf } from '../../lib/openapi/validator.ts'
import { type Acceptance, acceptanceAt } from './acceptance.ts'
import type { IngestParts } from './ingest-parts.ts'
import { type Parsed, parseTransaction } from './parse-transaction.ts'
import { refusalOf } from './refusal.ts'
import type { Request } from './request.ts'

const validate = validatorOf('BatchRequest')

type Batch = { transactions: readonly unknown[]; atomic?: boolean }

/** Accepts up to 1,000 transactions, each by itself; or, if the batch is atomic, all of them or none. */
export async function processBatch(
  parts: IngestParts,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const body = readJsonBody(request)
  if ('refusal' in body) return body.refusal
  const errors = validate(body.value)
  if (errors.length > 0) return invalidRequest(errors)
  const { transactions, atomic = false } = body.value as Batch
  const parsed = transactions.map(value => parseTransaction(value, parts.orderingGroups))
  return atomic ? await acceptAll(parts, parsed, caller) : await acceptEach(parts, parsed, caller)
}

async function acceptEach(
  { acceptor }: IngestParts,
  parsed: readonly Parsed[],
  caller: Caller,
): Promise<HttpResponse> {
  const valid = parsed.flatMap(item => ('transaction' in item ? [item.transaction] : []))
  const acceptances = await acceptor.accept(valid, caller)
  let next = 0
  const results = parsed.map(item => {
    if ('errors' in item) return { outcome: 'invalid', code: 'invalid_request', errors: item.errors }
    next += 1
    return resultOf(item.transaction, acceptanceAt(acceptances, next - 1))
  })
  return { status: 202, body: { results } }
}

async function acceptAll(
  { acceptor }: IngestParts,
  parsed: readonly Parsed[],
  caller: Caller,
): Promise<HttpResponse> {
  const errors = parsed.flatMap((item, index) => ('errors' in item ? inItem(index, item.errors) : []))
  if (errors.length > 0) return invalidRequest(errors)
  const requests = parsed.flatMap(item => ('transaction' in item ? [item.transaction] : []))
  const acceptances = await acceptor.acceptAll(requests, caller)
  if ('refused' in acceptances) {
    const fields = acceptances.refused.flatMap(({ index, kind }) => {
      const request = requests[index]
      return request ? inItem(index, [refusalOf(kind, request)]) : []
    })
    const message = `Nothing was accepted: ${fields.length} of ${requests.length} transactions were refused.`
    return problem('batch_refused', message, { errors: fields })
  }
  const results = requests.map((request, index) => resultOf(request, acceptanceAt(acceptances, index)))
  return { status: 202, body: { results } }
}

function resultOf(request: Request, acceptance: Acceptance): Record<string, unknown> {
  const { transactionId } = request
  if (acceptance.kind !== 'accepted') {
    const { code, message } = refusalOf(acceptance.kind, request)
    const outcome = acceptance.kind === 'not_own' ? 'forbidden' : 'conflict'
    return { outcome, transactionId, code, message }
  }
  const { isNew, status } = acceptance
  return { outcome: isNew ? 'accepted' : 'duplicate', transactionId, status }
}

function inItem(index: number, errors: readonly FieldError[]): FieldError[] {
  return errors.map(({ field, message }) => ({ field: `transactions[${index}].${field}`, message }))
}
