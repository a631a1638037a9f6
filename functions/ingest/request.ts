import type { Money } from '../../lib/ledger/money.ts'
import type { FollowUpType, TransactionId } from '../../lib/ledger/transaction.ts'
import type { NewTransaction } from '../../lib/mysql/insert-transactions.ts'

/** A transaction that follows up another: what it leaves out is that of its parent. */
export type FollowUp = {
  readonly transactionId: TransactionId
  readonly type: FollowUpType
  readonly parentTransactionId: TransactionId
  /** Null is all of the parent's amount. */
  readonly amount: Money | null
  readonly occurredAt: Date | null
  readonly metadata: string | null
  readonly traceparent: string | null
}

/** A transaction as it was sent, validated. */
export type Request = NewTransaction | FollowUp

export function isFollowUp(request: Request): request is FollowUp {
  return request.parentTransactionId !== null
}
