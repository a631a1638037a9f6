import type { Lease } from './ordering.ts'
import { invalidArgument } from './service-error.ts'
import type { Subscription } from './subscription.ts'

const INVALID = 'PERMANENT_FAILURE_INVALID_ACK_ID'
const UNORDERED = 'TRANSIENT_FAILURE_UNORDERED_ACK_ID'

/** Why an acknowledgement or a new deadline did not count, by ack id; told with exactly-once delivery only. */
export type Refusals = ReadonlyMap<string, typeof INVALID | typeof UNORDERED>

const NONE: Refusals = new Map()

/** An ack id and its new deadline in seconds, 0 to nack. */
export type NewDeadline = readonly [ackId: string, deadlineSeconds: number]

/**
 * Acknowledges what is still leased. Otherwise best effort, and an id that is none throws INVALID_ARGUMENT before
 * anything is done; with exactly-once delivery each id counts or is refused by itself
 * (docs.cloud.google.com/pubsub/docs/exactly-once-delivery).
 */
export function acknowledge(subscription: Subscription, ackIds: readonly string[]): Refusals {
  const { delivery, config } = subscription
  if (!config.enableExactlyOnceDelivery) {
    for (const lease of findAll(subscription, ackIds)) delivery.ack(lease)
    return NONE
  }
  const { leases, refusals } = sortOut(subscription, ackIds)
  // In publish order: ids of one request need not be in order, only requests.
  for (const lease of leases.sort((a, b) => a.copy.position - b.copy.position)) {
    const { lane } = lease.copy
    if (lane.key !== '' && lane.head !== lease.copy) refusals.set(lease.ackId, UNORDERED)
    else delivery.ack(lease)
  }
  return refusals
}

/** Sets new deadlines, as `acknowledge` acknowledges. */
export function modifyDeadlines(subscription: Subscription, changes: readonly NewDeadline[]): Refusals {
  const { delivery, config } = subscription
  const { leases, refusals } = config.enableExactlyOnceDelivery
    ? sortOut(
        subscription,
        changes.map(([ackId]) => ackId),
      )
    : {
        leases: findAll(
          subscription,
          changes.map(([ackId]) => ackId),
        ),
        refusals: NONE,
      }
  const deadlines = new Map(changes)
  for (const lease of leases) delivery.modifyDeadline(lease, (deadlines.get(lease.ackId) ?? 0) * 1_000)
  return refusals
}

/** Throws what a unary call answers when ids were refused: INVALID_ARGUMENT, with the reason of each. */
export function throwRefusals(refusals: Refusals): void {
  if (refusals.size === 0) return
  const unordered = [...refusals.values()].every(reason => reason === UNORDERED)
  throw invalidArgument(
    unordered
      ? 'Some acknowledgement ids in the request were sent out of order.'
      : 'Some acknowledgement ids in the request were invalid. This could be because the acknowledgement ids have expired or the acknowledgement ids were malformed.',
    { reason: 'EXACTLY_ONCE_ACKID_FAILURE', metadata: Object.fromEntries(refusals) },
  )
}

/** What a stream tells of the ids it was sent. */
export function confirmation(ackIds: readonly string[], refusals: Refusals) {
  const refusedAs = (reason: string) => ackIds.filter(ackId => refusals.get(ackId) === reason)
  return {
    ackIds: ackIds.filter(ackId => !refusals.has(ackId)),
    invalidAckIds: refusedAs(INVALID),
    unorderedAckIds: refusedAs(UNORDERED),
  }
}

function findAll({ delivery }: Subscription, ackIds: readonly string[]): Lease[] {
  for (const ackId of ackIds) delivery.checkAckId(ackId)
  return ackIds.map(ackId => delivery.find(ackId)).filter(lease => lease !== undefined)
}

function sortOut({ delivery }: Subscription, ackIds: readonly string[]) {
  const refusals = new Map<string, typeof INVALID | typeof UNORDERED>()
  const leases = new Set<Lease>()
  for (const ackId of ackIds) {
    const lease = delivery.find(ackId)
    if (lease) leases.add(lease)
    else refusals.set(ackId, INVALID)
  }
  return { leases: [...leases], refusals }
}
