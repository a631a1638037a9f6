import type { FieldError } from '../../lib/http/problem.ts'
import { type AccountId, worldAccountId } from '../../lib/ledger/account.ts'
import {
  type FollowUpType,
  isFollowUpType,
  RESERVED_PREFIXES,
  TRANSACTION_TYPES,
  type TransactionId,
  type TransactionType,
} from '../../lib/ledger/transaction.ts'
import { readDecimal } from '../../lib/openapi/read-decimal.ts'
import { validatorOf } from '../../lib/openapi/validator.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'
import { traceparentNow } from '../../lib/telemetry/trace-context.ts'
import { checkMetadata, type Metadata, writeMetadata } from './metadata.ts'
import type { FollowUp, Request } from './request.ts'

/** The shape of the schemas, all types in one, once it has been validated; money is text. */
type Body = {
  transactionId: string
  sourceAccountId?: string
  destinationAccountId?: string
  parentTransactionId?: string
  amount?: string
  currency?: string
  timestamp?: string
  expiresAt?: string
  metadata?: Metadata
}

export type Parsed = { readonly transaction: Request } | { readonly errors: readonly FieldError[] }

const validators = {
  transfer: validatorOf('TransferRequest'),
  deposit: validatorOf('DepositRequest'),
  withdrawal: validatorOf('WithdrawalRequest'),
  hold: validatorOf('HoldRequest'),
  capture: validatorOf('CaptureRequest'),
  void: validatorOf('VoidRequest'),
  reversal: validatorOf('ReversalRequest'),
} satisfies Record<TransactionType, unknown>

/** Reads a transaction as HTTP callers and producers send it, or names each field that is wrong. */
export function parseTransaction(value: unknown, orderingGroups: number): Parsed {
  const type = typeOf(value)
  if (type === undefined) {
    return { errors: [{ field: 'type', message: `must be one of ${TRANSACTION_TYPES.join(', ')}` }] }
  }
  const errors = validators[type](value)
  if (errors.length > 0) return { errors }
  const body = value as Body
  const moreErrors = [...checkId(body), ...checkTimes(body), ...checkMetadata(body.metadata)]
  if (moreErrors.length > 0) return { errors: moreErrors }
  if (isFollowUpType(type)) return { transaction: followUpOf(type, body) }
  const [sourceAccountId, destinationAccountId] = sidesOf(type, body)
  if (sourceAccountId === destinationAccountId) {
    return { errors: [{ field: 'destinationAccountId', message: 'must not be the source account' }] }
  }
  return {
    transaction: {
      transactionId: body.transactionId as TransactionId,
      orderingGroup: orderingGroupOf(sourceAccountId, orderingGroups),
      type,
      sourceAccountId,
      destinationAccountId,
      amount: readDecimal(body.amount ?? ''),
      currency: body.currency ?? null,
      parentTransactionId: null,
      expiresAt: readTime(body.expiresAt),
      occurredAt: readTime(body.timestamp),
      metadata: writeMetadata(body.metadata),
      traceparent: traceparentNow(),
    },
  }
}

/** A transaction without a type is a transfer. Undefined for a type that there is not. */
function typeOf(value: unknown): TransactionType | undefined {
  const given = typeof value === 'object' && value !== null && 'type' in value ? value.type : 'transfer'
  return TRANSACTION_TYPES.find(type => type === given)
}

function followUpOf(type: FollowUpType, body: Body): FollowUp {
  return {
    transactionId: body.transactionId as TransactionId,
    type,
    parentTransactionId: (body.parentTransactionId ?? '') as TransactionId,
    amount: body.amount === undefined ? null : readDecimal(body.amount),
    occurredAt: readTime(body.timestamp),
    metadata: writeMetadata(body.metadata),
    traceparent: traceparentNow(),
  }
}

/** A deposit comes from the currency's world account, and a withdrawal goes there. */
function sidesOf(type: TransactionType, body: Body): readonly [AccountId, AccountId] {
  const world = worldAccountId(body.currency ?? '')
  const source = type === 'deposit' ? world : body.sourceAccountId
  const destination = type === 'withdrawal' ? world : body.destinationAccountId
  return [source as AccountId, destination as AccountId]
}

function checkId({ transactionId }: Body): FieldError[] {
  const prefix = RESERVED_PREFIXES.find(reserved => transactionId.startsWith(reserved))
  if (prefix === undefined) return []
  return [{ field: 'transactionId', message: `must not start with ${prefix}, which is ours` }]
}

/**
 * DATETIME holds the years 1000 to 9999, in UTC: what it does not would fail the whole flush, and all who wait for it. A leap
 * second is a date-time to the schema, but not to a clock.
 */
function checkTimes(body: Body): FieldError[] {
  return (['timestamp', 'expiresAt'] as const)
    .filter(field => {
      const time = readTime(body[field])
      return time !== null && !(time.getTime() >= Date.UTC(1000) && time.getTime() < Date.UTC(10_000))
    })
    .map(field => ({ field, message: 'must be a date from the year 1000 to 9999 that exists' }))
}

function readTime(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text)
}
