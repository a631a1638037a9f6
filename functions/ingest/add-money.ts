import { createHash } from 'node:crypto'
import type { Caller } from '../../lib/auth/caller.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { noUser } from '../../lib/http/not-found.ts'
import { invalidRequest } from '../../lib/http/problem.ts'
import { readIdempotencyKey } from '../../lib/http/read-idempotency-key.ts'
import { readJsonBody } from '../../lib/http/read-json-body.ts'
import { worldAccountId } from '../../lib/ledger/account.ts'
import { ADD_PREFIX, type TransactionId } from '../../lib/ledger/transaction.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { checkCurrency } from '../../lib/openapi/check-currency.ts'
import { derivedId } from '../../lib/openapi/derived-id.ts'
import { readDecimal } from '../../lib/openapi/read-decimal.ts'
import { validatorOf } from '../../lib/openapi/validator.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'
import { traceparentNow } from '../../lib/telemetry/trace-context.ts'
import { ensureDefaultAccount } from './default-account.ts'
import type { IngestParts } from './ingest-parts.ts'
import { checkMetadata, type Metadata, writeMetadata } from './metadata.ts'
import { answerAccepted } from './process-transaction.ts'
import type { Request } from './request.ts'

const validate = validatorOf('AddRequest')

type Body = { amount: string; currency: string; metadata?: Metadata }

/**
 * Accepts a deposit for a user, into the account of theirs that this address has made for the currency, at first use. With
 * an `Idempotency-Key` the same request again is the same deposit; without one each request is another.
 */
export async function addMoney(
  parts: IngestParts,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const { userId = '' } = request.params
  const body = readJsonBody(request)
  if ('refusal' in body) return body.refusal
  const idempotency = readIdempotencyKey(request)
  const keyErrors = 'errors' in idempotency ? idempotency.errors : []
  const errors = [...validate(body.value), ...keyErrors]
  if (errors.length > 0 || 'errors' in idempotency) return invalidRequest(errors)
  const { amount, currency, metadata } = body.value as Body
  const moreErrors = [...checkCurrency(currency), ...checkMetadata(metadata)]
  if (moreErrors.length > 0) return invalidRequest(moreErrors)
  const accountId = (await parts.ownership.ownsUser(caller, userId))
    ? await retry(parts, 'default account', () =>
        ensureDefaultAccount(parts.db, { userId, currency }, parts.now()),
      )
    : undefined
  if (accountId === undefined) return noUser(userId)
  const source = worldAccountId(currency)
  const deposit: Request = {
    transactionId: transactionIdOf(userId, idempotency.key, parts.newId),
    orderingGroup: orderingGroupOf(source, parts.orderingGroups),
    type: 'deposit',
    sourceAccountId: source,
    destinationAccountId: accountId,
    amount: readDecimal(amount),
    currency,
    parentTransactionId: null,
    expiresAt: null,
    occurredAt: null,
    metadata: writeMetadata(metadata),
    traceparent: traceparentNow(),
  }
  return await answerAccepted(parts, request, { transaction: deposit, caller })
}

/** Made from the key, so that a key is one transaction for ever; a user's keys are their own. */
function transactionIdOf(userId: string, key: string | undefined, newId: () => string): TransactionId {
  const name = key === undefined ? newId() : createHash('sha256').update(`${userId} ${key}`).digest('hex')
  return derivedId(ADD_PREFIX, name) as TransactionId
}
