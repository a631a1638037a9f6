import type { NewTransaction } from '../mysql/insert-transactions.ts'
import type { Publisher } from './publisher.ts'

/**
 * A message on `transactions-pending`: which group has work, and up to which `seq`. It may be late, doubled, reordered or
 * lost: the PENDING rows are the truth, and all there is to know is in them.
 */
export type Doorbell = {
  readonly group: number
  readonly lastSeq: number
  /** When it was published, as whoever heard it knows. */
  readonly rungAt?: string | undefined
  /** The trace of one that it rings for, if any is in one. */
  readonly traceparent?: string | undefined
}

export type Accepted = { readonly seq: number; readonly transaction: NewTransaction }

/** The bells to ring for accepted transactions: one a group. */
export function doorbellsFor(accepted: readonly Accepted[]): Doorbell[] {
  const groups = Map.groupBy(accepted, ({ transaction }) => transaction.orderingGroup)
  return [...groups].map(([group, members]) => ({
    group,
    lastSeq: Math.max(...members.map(({ seq }) => seq)),
    traceparent:
      members.find(({ transaction }) => transaction.traceparent !== null)?.transaction.traceparent ??
      undefined,
  }))
}

/** Rings for one group; the key is the group, so that one push of it is in flight at a time. */
export async function ring(
  publisher: Publisher,
  topic: string,
  { group, lastSeq, traceparent }: Doorbell,
): Promise<void> {
  await publisher.publish(topic, {
    data: JSON.stringify({ group, lastSeq }),
    orderingKey: String(group),
    ...(traceparent !== undefined && { attributes: { traceparent } }),
  })
}

/** The errors of those that fail, once all have ended. */
export async function errorsOf(rings: readonly Promise<void>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(rings)
  return settled.filter(result => result.status === 'rejected').map(({ reason }) => reason)
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
