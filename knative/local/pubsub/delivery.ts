import type { Clock } from './clock.ts'
import { type Consumer, Consumers } from './consumers.ts'
import { Leases } from './lease.ts'
import type { Message } from './message.ts'
import { Lane, type Lease, type MessageCopy } from './ordering.ts'
import { ReadyLanes } from './ready-lanes.ts'
import { Retained } from './retained.ts'
import type { ServiceError } from './service-error.ts'

/** What a subscription's settings decide about deliveries; read anew each time, because they may be updated. */
export interface DeliveryRules {
  readonly ordered: boolean
  /** How long a message is kept, from its publish time. */
  retentionMs(): number
  /** True when an acknowledged message is kept as long as any other, for a seek. */
  retainsAcked(): boolean
  backoffMs(failures: number): number
  /** Sends an exhausted message to the dead-letter topic; false when it is to be redelivered instead. */
  deadLetter(message: Message, failures: number): boolean
}

/** The life of messages on one subscription: ready → leased → acknowledged, or back after a nack or missed deadline. */
export class Delivery {
  readonly #clock: Clock
  readonly #rules: DeliveryRules
  readonly #leases: Leases
  readonly #retained: Retained
  readonly #ready: ReadyLanes
  readonly #lanesByKey = new Map<string, Lane>()
  readonly #consumers: Consumers
  #backlog = 0
  #closed = false

  constructor(clock: Clock, rules: DeliveryRules) {
    this.#clock = clock
    this.#rules = rules
    this.#leases = new Leases(clock, lease => this.#fail(lease, 'overdue'))
    this.#retained = new Retained(clock, rules.retentionMs, copy => this.#remove(copy))
    this.#consumers = new Consumers(() => this.#ready.length > 0)
    this.#ready = new ReadyLanes(clock, () => this.#consumers.wake())
  }

  /** Messages not yet acknowledged, those in flight included. */
  get backlog(): number {
    return this.#backlog
  }

  get inFlight(): number {
    return this.#leases.size
  }

  oldestPublishTimeMs(): number | undefined {
    return this.#retained.oldestUnacked()?.message.publishTimeMs
  }

  /** Takes a published message; with a delay it is not handed out before, and what follows it on its key waits too. */
  enqueue(message: Message, delayMs = 0): void {
    if (!this.#closed) this.#admit(message, this.#clock.now() + delayMs)
  }

  /** Leases up to `max` messages, each for `deadlineMs`, lanes in turn; only the last may go over `maxBytes`. */
  take(max: number, deadlineMs: number, maxBytes = Number.POSITIVE_INFINITY): Lease[] {
    const leases: Lease[] = []
    let bytes = 0
    while (leases.length < max && bytes < maxBytes) {
      const lane = this.#ready.shift()
      if (lane === undefined) break
      const batch = lane.take(max - leases.length, this.#clock.now(), maxBytes - bytes)
      for (const copy of batch) {
        leases.push(this.#leases.start(copy, deadlineMs))
        bytes += copy.message.data.length
      }
      // The machine's clock may have been set back since the lane became ready; without this the lane would be lost.
      if (batch.length === 0) this.#ready.place(lane)
    }
    return leases
  }

  /** The running lease of an ack id, undefined when there is none. */
  find(ackId: string): Lease | undefined {
    return this.#leases.find(ackId)
  }

  /** Throws INVALID_ARGUMENT for what never was an ack id of this subscription. */
  checkAckId(ackId: string): void {
    this.#leases.checkAckId(ackId)
  }

  ack(lease: Lease): void {
    if (this.#leases.end(lease, 'acked')) this.#acknowledge(lease.copy)
  }

  nack(lease: Lease): void {
    this.#fail(lease, 'nacked')
  }

  /** A new deadline counted from now; zero is a nack (google.pubsub.v1 ModifyAckDeadlineRequest). */
  modifyDeadline(lease: Lease, deadlineMs: number): void {
    if (deadlineMs === 0) this.nack(lease)
    else this.#leases.extend(lease, deadlineMs)
  }

  /**
   * Makes every message from `timeMs` on unacknowledged and every earlier one acknowledged: those kept here, and those
   * of `replayable`, which the topic kept. Deliveries that are out are withdrawn.
   */
  seek(timeMs: number, replayable: readonly Message[]): void {
    const known = new Map<string, Message>()
    for (const { message } of this.#retained) known.set(message.messageId, message)
    for (const message of replayable) known.set(message.messageId, message)
    this.#drop()
    // Ids grow with each publish, so this is the order of publishing.
    const inOrder = [...known.values()].sort((a, b) => Number(a.messageId) - Number(b.messageId))
    for (const message of inOrder) {
      const copy = this.#admit(message, 0)
      if (message.publishTimeMs < timeMs) this.#acknowledge(copy)
    }
  }

  /** Applies retention settings that were changed. */
  refreshRetention(): void {
    if (!this.#rules.retainsAcked()) {
      for (const copy of this.#retained) {
        // Of a key, an acknowledged message is still needed while one before it is not: it may be redelivered.
        if (!copy.lane.holds(copy)) this.#retained.delete(copy)
      }
    }
    this.#retained.refresh()
  }

  /** Returns what removes the consumer again. */
  addConsumer(consumer: Consumer): () => void {
    return this.#consumers.add(consumer)
  }

  /** Sends all consumers away; messages stay for those that come after. */
  dismissConsumers(reason: ServiceError): void {
    this.#consumers.close(reason)
  }

  /** For a consumer that has room again. */
  wake(): void {
    this.#consumers.wake()
  }

  /** Drops everything, for good; running pushes are aborted, and waiting pulls told the reason. */
  close(reason: ServiceError): void {
    this.#closed = true
    this.#consumers.close(reason)
    this.#drop()
  }

  #admit(message: Message, notBeforeMs: number): MessageCopy {
    const lane = this.#laneFor(message)
    const copy = lane.add(message)
    copy.notBeforeMs = notBeforeMs
    this.#backlog += 1
    this.#retained.add(copy)
    this.#ready.place(lane)
    return copy
  }

  #laneFor(message: Message): Lane {
    const key = this.#rules.ordered ? message.orderingKey : ''
    if (key === '') return new Lane('')
    const lane = this.#lanesByKey.get(key) ?? new Lane(key)
    this.#lanesByKey.set(key, lane)
    return lane
  }

  #fail(lease: Lease, how: 'nacked' | 'overdue'): void {
    if (!this.#leases.end(lease, how)) return
    const { copy } = lease
    copy.failures += 1
    if (this.#rules.deadLetter(copy.message, copy.failures)) {
      // Its key goes on with the next.
      this.#remove(copy)
      return
    }
    copy.notBeforeMs = this.#clock.now() + this.#rules.backoffMs(copy.failures)
    for (const successor of copy.lane.rewind(copy)) {
      // Not the successor's failure: it counts no attempt and has no back-off of its own.
      if (successor.lease) this.#leases.end(successor.lease, 'withdrawn')
    }
    this.#ready.place(copy.lane)
  }

  #acknowledge(copy: MessageCopy): void {
    this.#finish(copy.lane, copy.lane.acknowledge(copy))
  }

  /** The message is dead-lettered, or its retention is over. */
  #remove(copy: MessageCopy): void {
    const { lane } = copy
    // Finished long ago, and kept for a seek until now.
    if (!lane.holds(copy)) return
    if (copy.lease) this.#leases.end(copy.lease, 'withdrawn')
    this.#finish(lane, lane.remove(copy))
  }

  #finish(lane: Lane, finished: readonly MessageCopy[]): void {
    for (const copy of finished) {
      this.#backlog -= 1
      if (!this.#rules.retainsAcked()) this.#retained.delete(copy)
    }
    if (lane.head === undefined) this.#lanesByKey.delete(lane.key)
    else this.#ready.place(lane)
  }

  #drop(): void {
    this.#leases.endAll()
    this.#retained.clear()
    this.#ready.clear()
    this.#lanesByKey.clear()
    this.#backlog = 0
  }
}
