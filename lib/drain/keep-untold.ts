import type { Head } from '../chain/link.ts'
import type { Database, SqlTransaction } from '../mysql/connect.ts'
import { findAccountsById } from '../mysql/find-accounts-by-id.ts'
import { findTransactionsBySeq } from '../mysql/find-transactions-by-seq.ts'
import { findOutboxBefore, insertOutbox } from '../mysql/outbox.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'
import type { BatchTimes } from '../redis/batch-times.ts'
import type { TraceContext } from '../telemetry/trace-context.ts'
import type { SettledBatch } from './settled-batch.ts'

/** With more than these before it a batch is left to the sweeper: after hours without Pub/Sub there are thousands. */
const EARLIER_AT_MOST = 100

/** A batch that has still to be told, and the outbox row that keeps it until then. */
export type Untold = {
  readonly outboxId: string
  readonly batch: SettledBatch
  /** What whoever settled it knows of when; not of one that somebody else left behind. */
  readonly times?: BatchTimes
  /** What telling it is a part of, if any of it is traced. */
  readonly trace?: TraceContext | undefined
}

/** What the outbox keeps of a batch: which rows it is in, and of which groups. Those which it left HELD may have ended since. */
type Kept = {
  readonly groups: readonly number[]
  readonly transactions: readonly number[]
  readonly held: readonly number[]
  readonly accounts: readonly string[]
  /** Missing in what was kept before there were chains. */
  readonly heads?: readonly Head[]
  readonly decidedAt?: string
}

/** Records, with the money, what is to be told about a batch. */
export async function keepUntold(
  transaction: SqlTransaction,
  settled: Omit<SettledBatch, 'decidedAt'>,
  now: Date,
): Promise<Untold> {
  const batch = { ...settled, decidedAt: now.toISOString() }
  const kept: Kept = {
    groups: groupsOf(batch),
    transactions: batch.transactions.map(({ seq }) => seq),
    held: batch.transactions.filter(({ status }) => status === 'HELD').map(({ seq }) => seq),
    accounts: batch.accounts.map(({ accountId }) => accountId),
    heads: batch.heads,
    decidedAt: batch.decidedAt,
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
    heads: kept.heads ?? [],
    decidedAt: kept.decidedAt,
  }
}

/**
 * Finds what the groups of a batch settled before it and nobody has told, in order, with what has to be told before that. Batches
 * of a group are settled one after another, under the locks of its PENDING rows, so the order of their ids is that of the group.
 */
export async function* findEarlier(
  db: Database,
  { outboxId, batch }: Untold,
  told: ReadonlySet<string>,
): AsyncGenerator<Untold> {
  const groups = new Set(groupsOf(batch))
  if (groups.size === 0) return
  const rows = await findOutboxBefore(db, outboxId, [...told], EARLIER_AT_MOST + 1)
  if (rows.length > EARLIER_AT_MOST)
    throw new Error(`more than ${EARLIER_AT_MOST} batches are to be told before it`)
  const wanted = rows.reverse().filter(({ payload }) => {
    const { groups: own } = JSON.parse(payload) as Kept
    if (!own.some(group => groups.has(group))) return false
    for (const group of own) groups.add(group)
    return true
  })
  for (const { id, payload } of wanted.reverse()) yield { outboxId: id, batch: await readUntold(db, payload) }
}

function groupsOf({ transactions }: SettledBatch): number[] {
  return [...new Set(transactions.map(({ orderingGroup }) => orderingGroup))]
}

/** A hold as it was before it ended. */
export function asHeld(hold: TransactionRecord): TransactionRecord {
  return { ...hold, status: 'HELD', finishedAt: null }
}
