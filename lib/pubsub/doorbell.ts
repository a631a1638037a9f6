import { moneyJson } from '../http/json.ts'
import type { NewTransaction } from '../mysql/insert-transactions.ts'
import type { Publisher } from './publisher.ts'

/**
 * A message on `transactions-pending`: which group has work, up to which `seq`, and a copy of the news. It may be
 * late, doubled, reordered or lost: the PENDING rows are the truth.
 */
export type Doorbell = { readonly group: number; readonly lastSeq: number }

export type Accepted = { readonly seq: number; readonly transaction: NewTransaction }

/** Rings for accepted transactions: one message a group. Resolves to the errors of those that failed. */
export async function ringForAccepted(
  publisher: Publisher,
  topic: string,
  accepted: readonly Accepted[],
): Promise<unknown[]> {
  const groups = Map.groupBy(accepted, ({ transaction }) => transaction.orderingGroup)
  const rings = [...groups].map(([group, members]) => {
    const news = members.map(({ seq, transaction }) => ({
      seq,
      transactionId: transaction.transactionId,
      sourceAccountId: transaction.sourceAccountId,
      destinationAccountId: transaction.destinationAccountId,
      amount: moneyJson(transaction.amount),
      currency: transaction.currency ?? undefined,
      timestamp: transaction.occurredAt?.toISOString(),
    }))
    const lastSeq = Math.max(...members.map(({ seq }) => seq))
    return ring(publisher, topic, { group, lastSeq }, news)
  })
  const settled = await Promise.allSettled(rings)
  return settled.filter(result => result.status === 'rejected').map(({ reason }) => reason)
}

/** Rings for one group; the key is the group, so that one push of it is in flight at a time. */
export async function ring(
  publisher: Publisher,
  topic: string,
  { group, lastSeq }: Doorbell,
  transactions: readonly unknown[] = [],
): Promise<void> {
  const json = JSON.stringify({ group, lastSeq, transactions })
  await publisher.publish(topic, { json, orderingKey: String(group) })
}

/** Reads a doorbell from a message's text, or answers undefined for what is none. */
export function readDoorbell(text: string): Doorbell | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const { group, lastSeq } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Doorbell>
  const sound = isCount(group) && group < 65_536 && isCount(lastSeq)
  return sound ? { group, lastSeq } : undefined
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
