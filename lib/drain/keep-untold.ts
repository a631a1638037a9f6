import type { SqlTransaction } from '../mysql/connect.ts'
import { insertOutbox } from '../mysql/outbox.ts'
import type { TransactionView } from '../views/transaction-view.ts'
import type { GroupResults, SettledBatch } from './settled-batch.ts'

/** A batch, or a part of one, that has still to be told, and the outbox row that keeps it until then. */
export type Untold = { readonly outboxId: string; readonly batch: SettledBatch }

/**
 * Most of one row: each byte can be two in the statement, which max_allowed_packet bounds (16 MB), and the column holds
 * 16 MB. A batch of 1,000 with the largest metadata is 5 MB; one of 10,000, with the holds they end, would be 90.
 */
const MAX_PAYLOAD_BYTES = 7_000_000

/** Records, with the money, what is to be told about a batch; as several rows, in order, where one would be too large. */
export async function keepUntold(
  transaction: SqlTransaction,
  batch: SettledBatch,
  now: Date,
): Promise<Untold[]> {
  const untold: Untold[] = []
  for (const part of toParts(batch)) {
    const outboxId = await insertOutbox(transaction, part.payload, now)
    untold.push({ outboxId, batch: part.batch })
  }
  return untold
}

type Part = { readonly payload: string; readonly batch: SettledBatch }

function toParts(batch: SettledBatch): Part[] {
  const payload = JSON.stringify(batch)
  if (Buffer.byteLength(payload) <= MAX_PAYLOAD_BYTES) return [{ payload, batch }]
  return halve(batch).flatMap(toParts)
}

/** The first half of what is to be told, and the second: told one after the other, each group stays in order. */
function halve({ results, balances }: SettledBatch): SettledBatch[] {
  const all = results.flatMap(({ group, transactions }) => transactions.map(view => ({ group, view })))
  const [middle, middleBalance] = [Math.ceil(all.length / 2), Math.ceil(balances.length / 2)]
  return [
    { results: regroup(all.slice(0, middle)), balances: balances.slice(0, middleBalance) },
    { results: regroup(all.slice(middle)), balances: balances.slice(middleBalance) },
  ]
}

function regroup(
  results: readonly { readonly group: number; readonly view: TransactionView }[],
): GroupResults[] {
  const groups = Map.groupBy(results, ({ group }) => group)
  return [...groups].map(([group, members]) => ({ group, transactions: members.map(({ view }) => view) }))
}
