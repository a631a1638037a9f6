import { EXPIRY_PREFIX, type TransactionId } from '../../lib/ledger/transaction.ts'
import type { Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { isDuplicateEntry } from '../../lib/mysql/errors.ts'
import { findExpiredHolds } from '../../lib/mysql/find-expired-holds.ts'
import { findTransactions } from '../../lib/mysql/find-transactions.ts'
import { insertTransactions, type NewTransaction } from '../../lib/mysql/insert-transactions.ts'
import type { TransactionRecord } from '../../lib/mysql/transaction-record.ts'
import { derivedId } from '../../lib/openapi/derived-id.ts'
import { type Accepted, doorbellsFor } from '../../lib/pubsub/doorbell.ts'
import type { Publisher } from '../../lib/pubsub/publisher.ts'
import { ringAll } from '../../lib/pubsub/ring-all.ts'
import type { Telemetry } from '../../lib/telemetry/telemetry.ts'

export type ExpiryParts = {
  readonly db: Database
  readonly publisher: Publisher
  readonly pendingTopic: string
  readonly telemetry: Telemetry
  readonly log: Logger
}

/** A page of holds at a time; more wait for the next sweep. */
const PAGE = 1000

/**
 * Accepts a void for each open hold that has expired, and rings for it: it goes the way of every transaction, after
 * whatever its account has sent before. Its id is made from the hold's, so a hold gets one, however often it is found.
 */
export async function expireHolds(parts: ExpiryParts, now: Date): Promise<number> {
  const { db, telemetry } = parts
  const holds = await findExpiredHolds(db, now, PAGE)
  const voids = holds.map(toVoid)
  const ids = voids.map(({ transactionId }) => transactionId)
  const known = new Set((await findTransactions(db, ids)).map(({ transactionId }) => transactionId))
  const fresh = voids.filter(({ transactionId }) => !known.has(transactionId))
  if (fresh.length === 0) return 0
  const accepted = await accept(db, fresh, now)
  telemetry.tally.counter('settle.transactions.accepted', {}).add(accepted.length)
  await ringAll(parts, doorbellsFor(accepted))
  return accepted.length
}

async function accept(db: Database, voids: readonly NewTransaction[], now: Date): Promise<Accepted[]> {
  try {
    const seqs = await insertTransactions(db, voids, now)
    return seqs.flatMap((seq, index) => {
      const transaction = voids[index]
      return transaction ? [{ seq, transaction }] : []
    })
  } catch (error) {
    // Another sweep was faster.
    if (isDuplicateEntry(error)) return []
    throw error
  }
}

function toVoid(hold: TransactionRecord): NewTransaction {
  return {
    transactionId: derivedId(EXPIRY_PREFIX, hold.transactionId) as TransactionId,
    orderingGroup: hold.orderingGroup,
    type: 'void',
    sourceAccountId: hold.sourceAccountId,
    destinationAccountId: hold.destinationAccountId,
    amount: hold.amount,
    currency: hold.currency,
    parentTransactionId: hold.transactionId,
    expiresAt: null,
    occurredAt: null,
    metadata: null,
    // The story of a hold goes on with its end.
    traceparent: hold.traceparent,
  }
}
