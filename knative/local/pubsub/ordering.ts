import type { Lease } from './lease.ts'
import type { Message } from './message.ts'
import { Queue } from './queue.ts'

/** One subscription's own state of one message. */
export type MessageCopy = {
  readonly message: Message
  /** Its place among all the messages its lane ever had. */
  readonly position: number
  /** Nacks and missed ack deadlines; the next delivery is attempt `failures + 1`. */
  failures: number
  /** The retry policy forbids a delivery before this time. */
  notBeforeMs: number
  /** Set while the message is with a subscriber. */
  lease: Lease | undefined
  acked: boolean
}

/**
 * The messages of one ordering key on one subscription, in publish order; a message without order has a lane to itself.
 *
 * Handing out: while a batch of the key is out, nothing more of it is. Push takes batches of one, so it has at most one
 * message of a key in flight; pull may take several together (docs.cloud.google.com/pubsub/docs/ordering).
 *
 * Redelivery: a nack rewinds the lane to that message, so its successors come again, acknowledged ones too. An
 * acknowledged message is therefore kept until every message before it is acknowledged.
 */
export class Lane {
  readonly key: string
  readonly #copies = new Queue<MessageCopy>()
  #nextPosition = 0
  #out = 0

  constructor(key: string) {
    this.key = key
  }

  get length(): number {
    return this.#copies.length
  }

  get head(): MessageCopy | undefined {
    return this.#copies.at(0)
  }

  /** True while a batch of this lane is with a subscriber. */
  get isOut(): boolean {
    return this.#out > 0
  }

  add(message: Message): void {
    const position = this.#nextPosition
    this.#nextPosition += 1
    this.#copies.push({ message, position, failures: 0, notBeforeMs: 0, lease: undefined, acked: false })
  }

  /** The next batch, at most `max`, up to the first message that is still backing off. */
  take(max: number, nowMs: number): MessageCopy[] {
    const batch: MessageCopy[] = []
    while (batch.length < max) {
      const copy = this.#copies.at(batch.length)
      if (copy === undefined || copy.notBeforeMs > nowMs) break
      batch.push(copy)
    }
    this.#out = batch.length
    return batch
  }

  /** Records the acknowledgement; returns how many messages are now finished and gone from the lane. */
  acknowledge(copy: MessageCopy): number {
    copy.acked = true
    let gone = 0
    while (this.head?.acked) {
      this.#copies.shift()
      this.#out -= 1
      gone += 1
    }
    return gone
  }

  /** Makes `copy` and all that were handed out after it undelivered; returns those after it. */
  rewind(copy: MessageCopy): MessageCopy[] {
    const first = copy.position - (this.head?.position ?? copy.position)
    const successors: MessageCopy[] = []
    for (let index = first + 1; index < this.#out; index += 1) {
      const successor = this.#copies.at(index)
      if (successor === undefined) break
      successor.acked = false
      successors.push(successor)
    }
    this.#out = first
    return successors
  }
}
