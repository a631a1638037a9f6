import type { TransactionStatus } from '../ledger/transaction.ts'
import type { DecidedRecord } from '../mysql/decided-record.ts'

/**
 * A transaction as it was decided, in one line that reads in one way only: JSON, in which no two values run together. It holds
 * what never changes any more, and nothing else, so that it is the same made from memory as it is settled, and from its row
 * years later; money in ten-thousandths. Changing what stands here, or its order, breaks every chain there is.
 */
export function decidedText(record: DecidedRecord): string {
  const status = statusAsDecided(record)
  return JSON.stringify([
    record.seq,
    record.transactionId,
    record.type,
    record.orderingGroup,
    record.sourceAccountId,
    record.destinationAccountId,
    String(record.amount),
    record.currency,
    record.parentTransactionId,
    record.occurredAt,
    record.expiresAt,
    record.metadata,
    record.acceptedAt,
    record.decidedAt,
    status === 'HELD' ? null : record.finishedAt,
    status,
    record.reason,
    String(record.heldChange),
    maybe(record.sourceBalanceAfter),
    record.sourceVersion,
    maybe(record.destinationBalanceAfter),
    record.destinationVersion,
  ])
}

function maybe(money: DecidedRecord['sourceBalanceAfter']): string | null {
  return money === null ? null : String(money)
}

/** A hold that was not refused was HELD, whatever has become of it. */
export function statusAsDecided({ type, status }: DecidedRecord): TransactionStatus {
  return type === 'hold' && (status === 'COMPLETED' || status === 'VOIDED') ? 'HELD' : status
}
