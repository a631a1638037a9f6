import { coverGroups, extendChains } from '../chain/extend-chains.ts'
import type { AccountRecord } from '../mysql/account-record.ts'
import type { Database, SqlTransaction } from '../mysql/connect.ts'
import type { DecidedRecord } from '../mysql/decided-record.ts'
import { lockAccounts } from '../mysql/lock-accounts.ts'
import { lockPending, type PendingQuery } from '../mysql/lock-pending.ts'
import { deleteOutbox } from '../mysql/outbox.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'
import { writeBalances } from '../mysql/write-balances.ts'
import { writeOutcomes } from '../mysql/write-outcomes.ts'
import { writeParents } from '../mysql/write-parents.ts'
import { type Decision, decideBatch } from './decide-batch.ts'
import { keepUntold, type Untold } from './keep-untold.ts'
import { recordAfter } from './record-after.ts'

/** What one step did. */
export type StepResult = {
  /** The rows read, in order of group and `seq`. */
  readonly records: readonly TransactionRecord[]
  /** Whether the limit cut the reading short: there may be more rows behind the last. */
  readonly full: boolean
  /** Those left PENDING, because a credit accepted before them has to be applied first. */
  readonly deferred: readonly TransactionRecord[]
  /** The groups those credits are in. */
  readonly neededGroups: readonly number[]
  /** Those that it decided. */
  readonly decided: readonly DecidedRecord[]
  /** What was decided, if anything was; to be told, and then deleted from the outbox. */
  readonly settled: Untold | undefined
}

/** A step failed, and not by a passing fault. Says which rows it had before it. */
export class StepError extends Error {
  readonly records: readonly TransactionRecord[]
  constructor(records: readonly TransactionRecord[], cause: unknown) {
    super(`drain step of ${records.length} rows: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
    this.name = 'StepError'
    this.records = records
  }
}

/**
 * One step of draining, in one SQL transaction: lock, decide, write, commit. All of it happens or nothing does;
 * running it again finds less to do. Outbox rows that have been told before are deleted by the way: a SQL transaction of their
 * own would cost another write to the disk. Throws StepError for what fails with the rows in hand.
 */
export async function drainStep(
  db: Database,
  query: PendingQuery,
  now: Date,
  toldIds: readonly string[] = [],
): Promise<StepResult> {
  let records: TransactionRecord[] = []
  try {
    return await db.transaction(async transaction => {
      records = await lockPending(transaction, query)
      await deleteOutbox(transaction, toldIds)
      return await settle(transaction, records, query, now)
    })
  } catch (error) {
    throw new StepError(records, error)
  }
}

async function settle(
  transaction: SqlTransaction,
  records: readonly TransactionRecord[],
  { limit }: PendingQuery,
  now: Date,
): Promise<StepResult> {
  const full = records.length === limit
  const nothing = { decided: [], settled: undefined }
  if (records.length === 0) return { records, full, deferred: [], neededGroups: [], ...nothing }

  const inSeqOrder = records.toSorted((a, b) => a.seq - b.seq)
  const accounts = await lockAccounts(transaction, accountIds(records))
  const decision = await decideBatch(transaction, inSeqOrder, accounts)
  const { result, neededGroups } = decision
  const outcomes = result.outcomes.filter(outcome => outcome.kind !== 'deferred')
  const deferred = inSeqOrder.filter((_, index) => result.outcomes[index]?.kind === 'deferred')
  if (outcomes.length === 0) return { records, full, deferred, neededGroups, ...nothing }

  const decided = outcomes.map(outcome => recordAfter(outcome, now))
  const [covers] = await Promise.all([
    meanwhile(() => coverGroups(decided)),
    writeBalances(transaction, result.changed, now),
  ])
  await writeOutcomes(transaction, outcomes, now)
  await writeParents(transaction, result.changedParents, now)
  const changed = result.changed.map(account => ({
    ...(account as AccountRecord),
    updatedAt: now.toISOString(),
  }))
  const heads = await extendChains(transaction, covers, now)
  const batch = { transactions: toldRecords(decision, decided, now), accounts: changed, heads }
  const settled = await keepUntold(transaction, batch, now)
  return { records, full, deferred, neededGroups, decided, settled }
}

/**
 * Computes once what was begun beside it has been sent, which takes no longer than microtasks: the database is at work meanwhile.
 * 8 ms of a step of 4,000, as long as its balances take. Not beside its outcomes: they are too many for the socket to take at
 * once, and the rest would be sent afterwards.
 */
async function meanwhile<T>(compute: () => T): Promise<T> {
  await new Promise<void>(resolve => process.nextTick(resolve))
  return compute()
}

/** What is to be told: each transaction once, as the whole batch leaves it. A hold is told again when it ends. */
function toldRecords(
  { result }: Decision,
  decided: readonly TransactionRecord[],
  now: Date,
): TransactionRecord[] {
  const told = new Map(decided.map(record => [record.transactionId as string, record]))
  for (const parent of result.changedParents) {
    if (parent.type !== 'hold') continue
    const before = told.get(parent.transactionId) ?? (parent as TransactionRecord)
    const { status, settledAmount } = parent
    told.set(parent.transactionId, { ...before, status, settledAmount, finishedAt: now.toISOString() })
  }
  return [...told.values()].sort((a, b) => a.seq - b.seq)
}

function accountIds(records: readonly TransactionRecord[]): string[] {
  return [...new Set(records.flatMap(record => [record.sourceAccountId, record.destinationAccountId]))]
}
