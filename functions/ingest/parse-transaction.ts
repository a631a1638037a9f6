import type { FieldError } from '../../lib/http/problem.ts'
import type { AccountId } from '../../lib/ledger/account.ts'
import { parseMoney } from '../../lib/ledger/money.ts'
import { OPENING_PREFIX, type TransactionId } from '../../lib/ledger/transaction.ts'
import type { NewTransaction } from '../../lib/mysql/insert-transactions.ts'
import { validatorOf } from '../../lib/openapi/validator.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'

/** The schema's shape, once it has been validated; money is text. */
type TransactionRequest = {
  transactionId: string
  sourceAccountId: string
  destinationAccountId: string
  amount: string
  currency?: string
  timestamp?: string
}

export type Parsed = { readonly transaction: NewTransaction } | { readonly errors: readonly FieldError[] }

const validate = validatorOf('TransactionRequest')

/** Reads a transaction as HTTP callers and producers send it, or names each field that is wrong. */
export function parseTransaction(value: unknown, orderingGroups: number): Parsed {
  const errors = validate(value)
  if (errors.length > 0) return { errors }
  const request = value as TransactionRequest
  if (request.sourceAccountId === request.destinationAccountId) {
    return { errors: [{ field: 'destinationAccountId', message: 'must not be the source account' }] }
  }
  if (request.transactionId.startsWith(OPENING_PREFIX)) {
    return {
      errors: [{ field: 'transactionId', message: `must not start with ${OPENING_PREFIX}, which is ours` }],
    }
  }
  const amount = parseMoney(request.amount)
  if (amount === undefined) throw new Error('the schema let an amount pass that is none')
  const occurredAt = request.timestamp === undefined ? null : new Date(request.timestamp)
  // DATETIME begins with the year 1000; a leap second is a date-time to the schema, but not to a clock.
  if (occurredAt !== null && !(occurredAt.getTime() >= Date.UTC(1000))) {
    return { errors: [{ field: 'timestamp', message: 'must be a date after the year 1000 that exists' }] }
  }
  return {
    transaction: {
      transactionId: request.transactionId as TransactionId,
      orderingGroup: orderingGroupOf(request.sourceAccountId, orderingGroups),
      type: 'transfer',
      sourceAccountId: request.sourceAccountId as AccountId,
      destinationAccountId: request.destinationAccountId as AccountId,
      amount,
      currency: request.currency ?? null,
      occurredAt,
    },
  }
}
