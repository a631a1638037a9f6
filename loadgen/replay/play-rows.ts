import { forEachAtMost } from '../command/for-each-at-most.ts'
import { type BankRow, rowsByAccount, WORLD } from './bank-row.ts'
import { accountVersion, compareRow, worldVersion } from './compare-row.ts'
import { type FinalTransaction, followTransaction } from './follow-transaction.ts'
import { noteVersion, type ReplayContext } from './replay-context.ts'
import { rowEvent } from './row-event.ts'
import { TypicalLatency } from './typical-latency.ts'

/**
 * Publishes every row and compares what became of it, many accounts at a time. Order is promised by source,
 * and an account's credits have another source than its debits: so its next row is published when the one
 * before is final. An account with a row whose outcome cannot be learned ends there.
 */
export async function playRows(context: ReplayContext): Promise<void> {
  const { rows, findings, concurrency, show, onRow } = context
  const progress = show('rows', rows.length)
  const latency = new TypicalLatency()
  let done = 0
  const play = async (row: BankRow): Promise<boolean> => {
    const isFinal = await playRow(context, row, latency)
    if (isFinal) {
      progress.step(`${findings.mismatches.length} mismatches`)
      done += 1
      onRow(done)
    }
    return isFinal
  }
  try {
    await forEachAtMost(concurrency, longestFirst(rows), async accountRows => {
      for (const row of accountRows) if (!(await play(row))) return
    })
  } finally {
    progress.stop()
  }
}

/** Begun last, the account with the most rows would be alone at the end. */
function longestFirst(rows: readonly BankRow[]): (readonly BankRow[])[] {
  return [...rowsByAccount(rows).values()].sort((a, b) => b.length - a.length)
}

/** Answers whether the row became final. */
async function playRow(context: ReplayContext, row: BankRow, latency: TypicalLatency): Promise<boolean> {
  const { patience, findings } = context
  patience.interrupted.throwIfAborted()
  try {
    const transaction = await publishAndFollow(context, row, latency)
    judge(context, row, transaction)
    return true
  } catch (error) {
    patience.interrupted.throwIfAborted()
    findings.errors.push({ where: `line ${row.line}`, what: (error as Error).message })
    return false
  }
}

async function publishAndFollow(
  { client, producer, patience, copies }: ReplayContext,
  row: BankRow,
  latency: TypicalLatency,
): Promise<FinalTransaction> {
  const event = rowEvent(row)
  // The key is the account, not the source: from the world, all credits would have one key, and go one at a
  // time.
  await Promise.all(Array.from({ length: copies }, () => producer.publish(event, row.accountId)))
  const begin = performance.now()
  const transaction = await followTransaction(client, row.transactionId, patience, latency.firstLook)
  latency.learn(performance.now() - begin)
  return transaction
}

/** Compares a row with its transaction, and keeps what differs. */
export function judge(context: ReplayContext, row: BankRow, transaction: FinalTransaction): void {
  noteVersion(context, row.accountId, accountVersion(row, transaction))
  noteVersion(context, WORLD, worldVersion(row, transaction))
  const difference = compareRow(row, transaction)
  if (difference === undefined) return
  context.findings.mismatches.push({ where: `line ${row.line}`, what: `${row.transactionId} ${difference}` })
}
