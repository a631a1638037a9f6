import { randomBytes } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { Lease, LeaseEnd, MessageCopy } from './ordering.ts'
import { invalidArgument } from './service-error.ts'

const ACK_ID = /^[0-9a-f]{16}-[0-9a-z]+$/

/** The leases of one subscription, by ack id, each with the timer of its ack deadline. */
export class Leases {
  // Random, so that an ack id from before a restart or a re-creation never acknowledges another message.
  readonly #prefix = randomBytes(8).toString('hex')
  readonly #byAckId = new Map<string, Lease>()
  readonly #clock: Clock
  readonly #onOverdue: (lease: Lease) => void
  #count = 0

  constructor(clock: Clock, onOverdue: (lease: Lease) => void) {
    this.#clock = clock
    this.#onOverdue = onOverdue
  }

  get size(): number {
    return this.#byAckId.size
  }

  start(copy: MessageCopy, deadlineMs: number): Lease {
    this.#count += 1
    const lease: Lease = {
      ackId: `${this.#prefix}-${this.#count.toString(36)}`,
      copy,
      timer: this.#clock.setTimer(deadlineMs, () => this.#onOverdue(lease)),
      onEnd: undefined,
    }
    copy.lease = lease
    this.#byAckId.set(lease.ackId, lease)
    return lease
  }

  /** Does nothing to a lease that has ended: a nack of the same request may have withdrawn it. */
  extend(lease: Lease, deadlineMs: number): void {
    if (!this.#byAckId.has(lease.ackId)) return
    this.#clock.clearTimer(lease.timer)
    lease.timer = this.#clock.setTimer(deadlineMs, () => this.#onOverdue(lease))
  }

  /** False when the lease had ended before. */
  end(lease: Lease, how: LeaseEnd): boolean {
    if (!this.#byAckId.delete(lease.ackId)) return false
    this.#clock.clearTimer(lease.timer)
    lease.copy.lease = undefined
    lease.onEnd?.(how)
    return true
  }

  /** The running lease of this ack id, undefined when it has ended or is no ack id. */
  find(ackId: string): Lease | undefined {
    return this.#byAckId.get(ackId)
  }

  /** Throws INVALID_ARGUMENT for what never was an ack id of this subscription. */
  checkAckId(ackId: string): void {
    if (!ACK_ID.test(ackId)) {
      throw invalidArgument(`You have passed an invalid ack ID to the service (ack_id=${ackId}).`)
    }
    if (!ackId.startsWith(this.#prefix)) {
      throw invalidArgument('You have passed a subscription that does not belong to the given ack ID.')
    }
  }

  endAll(): void {
    for (const lease of [...this.#byAckId.values()]) this.end(lease, 'withdrawn')
  }
}
