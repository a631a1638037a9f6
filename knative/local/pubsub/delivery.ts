import type { Clock, Timer } from './clock.ts'
import { type Lease, Leases } from './lease.ts'
import type { Message } from './message.ts'
import { Lane, type MessageCopy } from './ordering.ts'
import { Queue } from './queue.ts'

/** What a subscription's settings decide about deliveries; read anew each time, because they may be updated. */
export interface DeliveryRules {
  readonly ordered: boolean
  backoffMs(failures: number): number
  /** Sends an exhausted message to the dead-letter topic; false when it is to be redelivered instead. */
  deadLetter(message: Message, failures: number): boolean
}

/** Someone who takes messages: a push pump, a waiting pull or a stream. */
export interface Consumer {
  /** Messages may be ready: take what there is room for. */
  wake(): void
  /** The subscription is gone. */
  closed(): void
}

/**
 * The life of messages on one subscription: ready → leased → acknowledged, or back after a nack or a missed deadline.
 * Work per delivery does not grow with the backlog: ready lanes stand in a queue, waiting ones on their own timer.
 */
export class Delivery {
  readonly #clock: Clock
  readonly #rules: DeliveryRules
  readonly #leases: Leases
  readonly #lanes = new Set<Lane>()
  readonly #lanesByKey = new Map<string, Lane>()
  readonly #ready = new Queue<Lane>()
  readonly #queued = new Set<Lane>()
  readonly #backingOff = new Map<Lane, Timer>()
  readonly #consumers = new Set<Consumer>()
  #backlog = 0
  #wakeScheduled = false
  #closed = false

  constructor(clock: Clock, rules: DeliveryRules) {
    this.#clock = clock
    this.#rules = rules
    this.#leases = new Leases(clock, lease => this.nack(lease))
  }

  /** Messages not yet acknowledged, those in flight included. */
  get backlog(): number {
    return this.#backlog
  }

  get inFlight(): number {
    return this.#leases.size
  }

  /** Walks every lane: for the status page, not for deliveries. */
  oldestPublishTimeMs(): number | undefined {
    let oldest: number | undefined
    for (const lane of this.#lanes) {
      const time = lane.head?.message.publishTimeMs
      if (time !== undefined && (oldest === undefined || time < oldest)) oldest = time
    }
    return oldest
  }

  enqueue(message: Message): void {
    const lane = this.#laneFor(message)
    lane.add(message)
    this.#backlog += 1
    this.#arrange(lane)
  }

  /** Leases up to `max` messages, each for `deadlineMs`; lanes take turns. */
  take(max: number, deadlineMs: number): Lease[] {
    const leases: Lease[] = []
    while (leases.length < max) {
      const lane = this.#ready.shift()
      if (lane === undefined) break
      this.#queued.delete(lane)
      const batch = lane.take(max - leases.length, this.#clock.now())
      for (const copy of batch) leases.push(this.#leases.start(copy, lane, deadlineMs))
      // The machine's clock may have been set back since the lane became ready; without this the lane would be lost.
      if (batch.length === 0) this.#arrange(lane)
    }
    return leases
  }

  /** The running leases of these ack ids; throws INVALID_ARGUMENT for an id that never was one. */
  find(ackIds: readonly string[]): Lease[] {
    return this.#leases.find(ackIds)
  }

  ack(lease: Lease): void {
    if (this.#leases.end(lease)) this.#finish(lease.copy, lease.lane)
  }

  /** Also what a missed ack deadline comes to. */
  nack(lease: Lease): void {
    if (!this.#leases.end(lease)) return
    const { copy, lane } = lease
    copy.failures += 1
    if (this.#rules.deadLetter(copy.message, copy.failures)) {
      // Gone like an acknowledged message, so its key goes on with the next.
      this.#finish(copy, lane)
      return
    }
    copy.notBeforeMs = this.#clock.now() + this.#rules.backoffMs(copy.failures)
    for (const successor of lane.rewind(copy)) {
      // Not the successor's failure: it counts no attempt and has no back-off of its own.
      if (successor.lease) this.#leases.end(successor.lease)
    }
    this.#arrange(lane)
  }

  /** A new deadline counted from now; zero is a nack (google.pubsub.v1 ModifyAckDeadlineRequest). */
  modifyDeadline(lease: Lease, deadlineMs: number): void {
    if (deadlineMs === 0) this.nack(lease)
    else this.#leases.extend(lease, deadlineMs)
  }

  /** Returns what removes the consumer again. */
  addConsumer(consumer: Consumer): () => void {
    this.#consumers.add(consumer)
    this.wake()
    return () => this.#consumers.delete(consumer)
  }

  /** Wakes the consumers once, after the running step: a request that publishes 1,000 messages wakes them once. */
  wake(): void {
    if (this.#wakeScheduled) return
    this.#wakeScheduled = true
    queueMicrotask(() => {
      this.#wakeScheduled = false
      for (const consumer of [...this.#consumers]) {
        if (this.#ready.length === 0) return
        consumer.wake()
        // Last in line next time, so that several streams share the messages.
        if (this.#consumers.delete(consumer)) this.#consumers.add(consumer)
      }
    })
  }

  /** Drops everything; running pushes are aborted and waiting pulls told. */
  close(): void {
    this.#closed = true
    for (const consumer of [...this.#consumers]) consumer.closed()
    this.#consumers.clear()
    this.#leases.endAll()
    for (const timer of this.#backingOff.values()) this.#clock.clearTimer(timer)
    this.#backingOff.clear()
  }

  #laneFor(message: Message): Lane {
    const key = this.#rules.ordered ? message.orderingKey : ''
    const known = key === '' ? undefined : this.#lanesByKey.get(key)
    if (known) return known
    const lane = new Lane(key)
    this.#lanes.add(lane)
    if (key !== '') this.#lanesByKey.set(key, lane)
    return lane
  }

  #finish(copy: MessageCopy, lane: Lane): void {
    this.#backlog -= lane.acknowledge(copy)
    this.#arrange(lane)
  }

  /** Puts the lane where its state says: forgotten, left alone, backing off, or ready. */
  #arrange(lane: Lane): void {
    const head = lane.head
    if (head === undefined) {
      this.#lanes.delete(lane)
      this.#lanesByKey.delete(lane.key)
      return
    }
    if (this.#closed || lane.isOut || this.#queued.has(lane) || this.#backingOff.has(lane)) return
    const delayMs = head.notBeforeMs - this.#clock.now()
    if (delayMs > 0) {
      const rung = () => {
        this.#backingOff.delete(lane)
        this.#arrange(lane)
      }
      this.#backingOff.set(lane, this.#clock.setTimer(delayMs, rung))
      return
    }
    this.#ready.push(lane)
    this.#queued.add(lane)
    this.wake()
  }
}
