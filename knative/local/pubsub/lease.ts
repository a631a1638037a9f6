import { randomBytes } from 'node:crypto'
import type { Clock, Timer } from './clock.ts'
import type { Lane, MessageCopy } from './ordering.ts'
import { invalidArgument } from './service-error.ts'

/** A delivery that is neither acknowledged, refused nor overdue. */
export type Lease = {
  readonly ackId: string
  readonly copy: MessageCopy
  readonly lane: Lane
  timer: Timer
  /** Told once when the lease ends, however it ends; a push aborts its request, a stream frees its room. */
  onEnd: (() => void) | undefined
}

const ACK_ID = /^[0-9a-f]{16}-[0-9a-z]+$/

/** The leases of one subscription, by ack id, each with the timer of its ack deadline. */
export class Leases {
  // Random, so that an ack id from before a restart or a re-creation never acknowledges another message.
  readonly #prefix = randomBytes(8).toString('hex')
  readonly #byAckId = new Map<string, Lease>()
  readonly #clock: Clock
  readonly #onExpired: (lease: Lease) => void
  #count = 0

  constructor(clock: Clock, onExpired: (lease: Lease) => void) {
    this.#clock = clock
    this.#onExpired = onExpired
  }

  get size(): number {
    return this.#byAckId.size
  }

  start(copy: MessageCopy, lane: Lane, deadlineMs: number): Lease {
    this.#count += 1
    const lease: Lease = {
      ackId: `${this.#prefix}-${this.#count.toString(36)}`,
      copy,
      lane,
      timer: this.#clock.setTimer(deadlineMs, () => this.#onExpired(lease)),
      onEnd: undefined,
    }
    copy.lease = lease
    this.#byAckId.set(lease.ackId, lease)
    return lease
  }

  extend(lease: Lease, deadlineMs: number): void {
    this.#clock.clearTimer(lease.timer)
    lease.timer = this.#clock.setTimer(deadlineMs, () => this.#onExpired(lease))
  }

  /** False when the lease had ended before. */
  end(lease: Lease): boolean {
    if (!this.#byAckId.delete(lease.ackId)) return false
    this.#clock.clearTimer(lease.timer)
    lease.copy.lease = undefined
    lease.onEnd?.()
    return true
  }

  /** The running leases among these ids. Ended ones are left out, as acks are best effort; INVALID_ARGUMENT for others. */
  find(ackIds: readonly string[]): Lease[] {
    const found: Lease[] = []
    for (const ackId of ackIds) {
      if (!ACK_ID.test(ackId)) {
        throw invalidArgument(`You have passed an invalid ack ID to the service (ack_id=${ackId}).`)
      }
      if (!ackId.startsWith(this.#prefix)) {
        throw invalidArgument('You have passed a subscription that does not belong to the given ack ID.')
      }
      const lease = this.#byAckId.get(ackId)
      if (lease) found.push(lease)
    }
    return found
  }

  endAll(): void {
    for (const lease of [...this.#byAckId.values()]) this.end(lease)
  }
}
