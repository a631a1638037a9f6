import type { Database, SqlTransaction } from '../mysql/connect.ts'
import { findAccountsById } from '../mysql/find-accounts-by-id.ts'
import { findTransactionsBySeq } from '../mysql/find-transactions-by-seq.ts'
import { insertOutbox } from '../mysql/outbox.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'
import type { SettledBatch } from './settled-batch.ts'

/** A batch that has still to be told, and the outbox row that keeps it until then. */
export type Untold = { readonly outboxId: string; readonly batch: SettledBatch }

/** What the outbox keeps of a batch: which rows it is in. Those which it left HELD may have ended since. */
type Kept = {
  readonly transactions: readonly number[]
  readonly held: readonly number[]
  readonly accounts: readonly string[]
}

/** Records, with the money, what is to be told about a batch. */
export async function keepUntold(
  transaction: SqlTransaction,
  batch: SettledBatch,
  now: Date,
): Promise<Untold> {
  const kept: Kept = {
    transactions: batch.transactions.map(({ seq }) => seq),
    held: batch.transactions.filter(({ status }) => status === 'HELD').map(({ seq }) => seq),
    accounts: batch.accounts.map(({ accountId }) => accountId),
  }
  return { outboxId: await insertOutbox(transaction, JSON.stringify(kept), now), batch }
}

/**
 * Reads a batch that an outbox row keeps: its transactions as it left them, since what is final never changes, and its
 * accounts as they are now, since of two balances only the newer is of use.
 */
export async function readUntold(db: Database, payload: string): Promise<SettledBatch> {
  const kept = JSON.parse(payload) as Kept
  const held = new Set(kept.held)
  const records = await findTransactionsBySeq(db, kept.transactions)
  return {
    transactions: records.map(record => (held.has(record.seq) ? asHeld(record) : record)),
    accounts: await findAccountsById(db, kept.accounts),
  }
}

/** A hold as it was before it ended. */
export function asHeld(hold: TransactionRecord): TransactionRecord {
  return { ...hold, status: 'HELD', finishedAt: null }
}
