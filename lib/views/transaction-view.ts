import { moneyJson, parseJsonVerbatim } from '../http/json.ts'
import type { Money } from '../ledger/money.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'

/** A transaction as callers, consumers and the cache see it. What is undefined is not written. */
export type TransactionView = Readonly<Record<string, unknown>> & {
  readonly transactionId: string
  readonly status: string
  readonly sourceAccountId: string
  readonly destinationAccountId: string
}

export function transactionView(record: TransactionRecord): TransactionView {
  const { type, status, metadata } = record
  const isHeld = type === 'hold' && status !== 'FAILED'
  return {
    transactionId: record.transactionId,
    type,
    status,
    reason: record.reason ?? undefined,
    sourceAccountId: record.sourceAccountId,
    destinationAccountId: record.destinationAccountId,
    amount: moneyJson(record.amount),
    capturedAmount: isHeld && status === 'COMPLETED' ? moneyJson(record.settledAmount) : undefined,
    currency: record.currency ?? undefined,
    parentTransactionId: record.parentTransactionId ?? undefined,
    expiresAt: record.expiresAt ?? undefined,
    timestamp: record.occurredAt ?? undefined,
    metadata: metadata === null ? undefined : parseJsonVerbatim(metadata),
    acceptedAt: record.acceptedAt,
    heldAt: isHeld ? (record.decidedAt ?? undefined) : undefined,
    finishedAt: record.finishedAt ?? undefined,
    sourceBalanceAfter: maybeMoney(record.sourceBalanceAfter),
    destinationBalanceAfter: maybeMoney(record.destinationBalanceAfter),
    sourceVersion: record.sourceVersion ?? undefined,
    destinationVersion: record.destinationVersion ?? undefined,
  }
}

function maybeMoney(money: Money | null): unknown {
  return money === null ? undefined : moneyJson(money)
}
