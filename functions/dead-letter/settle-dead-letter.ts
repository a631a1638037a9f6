import { coverGroups, extendChains } from '../../lib/chain/extend-chains.ts'
import { countDecided } from '../../lib/drain/count-decided.ts'
import { BlockedError, type Drainer } from '../../lib/drain/drainer.ts'
import { keepUntold } from '../../lib/drain/keep-untold.ts'
import { recordAfter } from '../../lib/drain/record-after.ts'
import { type Listeners, tellAndForget } from '../../lib/drain/tell.ts'
import { insertDeadLetters } from '../../lib/mysql/insert-dead-letters.ts'
import { lockFailed } from '../../lib/mysql/lock-failed.ts'
import { retry } from '../../lib/mysql/retry.ts'
import type { TransactionRecord } from '../../lib/mysql/transaction-record.ts'
import { type Failed, writeOutcomes } from '../../lib/mysql/write-outcomes.ts'
import type { Doorbell } from '../../lib/pubsub/doorbell.ts'
import { transactionView } from '../../lib/views/transaction-view.ts'

export type DeadLetterParts = Listeners & {
  readonly drainer: Drainer
  readonly retrySeconds: number
}

/**
 * Ends what many deliveries could not: drains the group once more; and only if that is blocked, gives up the
 * transactions that have failed by themselves, and drains what stood behind them. A database outage that outlasted
 * the retries therefore fails nothing. Answers whether the group is done with; if not, the message comes again.
 */
export async function settleDeadLetter(
  parts: DeadLetterParts,
  doorbell: Doorbell,
  messageId: string,
): Promise<boolean> {
  for (;;) {
    try {
      await parts.drainer.drain(doorbell)
      return true
    } catch (error) {
      if (!(error instanceof BlockedError)) throw error
    }
    if (!(await giveUp(parts, doorbell, messageId))) return false
  }
}

/** Makes the group's failed transactions FAILED, in one SQL transaction with their dead letters and their results. */
async function giveUp(parts: DeadLetterParts, doorbell: Doorbell, messageId: string): Promise<boolean> {
  const { db, now } = parts
  const moment = now()
  const settled = await retry(parts, 'give up', () =>
    db.transaction(async transaction => {
      const records = await lockFailed(transaction, doorbell)
      if (records.length === 0) return undefined
      const outcomes = records.map(asFailed)
      await writeOutcomes(transaction, outcomes, moment)
      const letters = records.map(record => deadLetter(record, messageId))
      await insertDeadLetters(transaction, letters, moment)
      const transactions = outcomes.map(outcome => recordAfter(outcome, moment))
      const heads = await extendChains(transaction, coverGroups(transactions), moment)
      const untold = await keepUntold(transaction, { transactions, accounts: [], heads }, moment)
      return { untold, decided: transactions }
    }),
  )
  if (settled === undefined) return false
  countDecided(parts.telemetry.tally, settled.decided)
  await tellAndForget(parts, settled.untold)
  return true
}

function asFailed(transaction: TransactionRecord): Failed {
  return { kind: 'rejected', transaction, reason: 'dead_lettered' }
}

function deadLetter(record: TransactionRecord, messageId: string) {
  return {
    source: 'transaction' as const,
    messageId,
    item: record.seq,
    transactionId: record.transactionId,
    reason: 'dead_lettered' as const,
    detail: record.lastError ?? 'failed by itself',
    payload: JSON.stringify(transactionView(record)),
    attempts: record.failureCount,
  }
}
