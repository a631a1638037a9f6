import { moneyJson, parseJsonVerbatim } from '../http/json.ts'
import type { Money } from '../ledger/money.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'

/** A transaction as callers, consumers and the cache see it. */
export type TransactionView = Readonly<Record<string, unknown>> & {
  readonly transactionId: string
  readonly status: string
  readonly sourceAccountId: string
  readonly destinationAccountId: string
}

export function transactionView(record: TransactionRecord): TransactionView {
  return {
    transactionId: record.transactionId,
    type: record.type,
    status: record.status,
    ...(record.reason !== null && { reason: record.reason }),
    sourceAccountId: record.sourceAccountId,
    destinationAccountId: record.destinationAccountId,
    amount: moneyJson(record.amount),
    ...(record.type === 'hold' &&
      record.status === 'COMPLETED' && { capturedAmount: moneyJson(record.settledAmount) }),
    ...(record.currency !== null && { currency: record.currency }),
    ...(record.parentTransactionId !== null && { parentTransactionId: record.parentTransactionId }),
    ...(record.expiresAt !== null && { expiresAt: record.expiresAt }),
    ...(record.occurredAt !== null && { timestamp: record.occurredAt }),
    ...(record.metadata !== null && { metadata: parseJsonVerbatim(record.metadata) }),
    acceptedAt: record.acceptedAt,
    ...(record.type === 'hold' &&
      record.status !== 'FAILED' &&
      record.decidedAt !== null && { heldAt: record.decidedAt }),
    ...(record.finishedAt !== null && { finishedAt: record.finishedAt }),
    ...moneyMember('sourceBalanceAfter', record.sourceBalanceAfter),
    ...moneyMember('destinationBalanceAfter', record.destinationBalanceAfter),
    ...(record.sourceVersion !== null && { sourceVersion: record.sourceVersion }),
    ...(record.destinationVersion !== null && { destinationVersion: record.destinationVersion }),
  }
}

function moneyMember(name: string, money: Money | null): Record<string, unknown> {
  return money === null ? {} : { [name]: moneyJson(money) }
}
