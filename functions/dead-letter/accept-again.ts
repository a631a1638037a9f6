import { endsHold, REPLAY_PREFIX, type TransactionId } from '../../lib/ledger/transaction.ts'
import type { SqlTransaction } from '../../lib/mysql/connect.ts'
import type { DeadLetter } from '../../lib/mysql/dead-letter-record.ts'
import { findTransactions } from '../../lib/mysql/find-transactions.ts'
import { insertTransactions, type NewTransaction } from '../../lib/mysql/insert-transactions.ts'
import type { TransactionRecord } from '../../lib/mysql/transaction-record.ts'
import { derivedId } from '../../lib/openapi/derived-id.ts'
import type { Accepted } from '../../lib/pubsub/doorbell.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'
import type { Flaw } from './flaw.ts'

/**
 * Accepts a transaction that was given up on as a new one, which the caller rings for after the COMMIT. The old one stays
 * FAILED: what is final does not change. The new id is made from the old, so that there can be only one.
 */
export async function acceptAgain(
  transaction: SqlTransaction,
  { transactionId }: DeadLetter,
  { at, orderingGroups }: { readonly at: Date; readonly orderingGroups: number },
): Promise<Accepted | Flaw> {
  const [record] = await findTransactions(transaction, transactionId === null ? [] : [transactionId])
  // Nothing else has such a letter; if that were ever wrong, money would move twice.
  if (record?.status !== 'FAILED' || record.reason !== 'dead_lettered') {
    return { flaw: `Transaction ${transactionId} was not given up on.` }
  }
  const again = toNew(record, orderingGroups)
  const [seq = 0] = await insertTransactions(transaction, [again], at)
  return { seq, transaction: again }
}

function toNew(record: TransactionRecord, orderingGroups: number): NewTransaction {
  // What ends a hold must come after it, in its group; anything else goes where its source's transactions go now.
  return {
    transactionId: derivedId(REPLAY_PREFIX, record.transactionId) as TransactionId,
    orderingGroup: endsHold(record)
      ? record.orderingGroup
      : orderingGroupOf(record.sourceAccountId, orderingGroups),
    type: record.type,
    sourceAccountId: record.sourceAccountId,
    destinationAccountId: record.destinationAccountId,
    amount: record.amount,
    currency: record.currency,
    parentTransactionId: record.parentTransactionId,
    expiresAt: record.expiresAt === null ? null : new Date(record.expiresAt),
    occurredAt: record.occurredAt === null ? null : new Date(record.occurredAt),
    metadata: record.metadata,
    traceparent: record.traceparent,
  }
}
