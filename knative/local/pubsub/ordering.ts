import type { Timer } from './clock.ts'
import type { Message } from './message.ts'
import { Queue } from './queue.ts'

/** One subscription's own state of one message. */
export type MessageCopy = {
  readonly message: Message
  readonly lane: Lane
  /** Its place among all the messages its lane ever had. */
  readonly position: number
  /** Nacks and missed ack deadlines; the next delivery is attempt `failures + 1`. */
  failures: number
  /** The retry policy forbids a delivery before this time. */
  notBeforeMs: number
  /** Set while the message is with a subscriber. */
  lease: Lease | undefined
  acked: boolean
  /** Dead-lettered or past its retention: no rewind brings it back. */
  gone: boolean
}

/** How a delivery ended; `withdrawn` is no answer of the subscriber: its key was rewound, or the message is gone. */
export type LeaseEnd = 'acked' | 'nacked' | 'overdue' | 'withdrawn'

/** A delivery that is neither acknowledged, refused nor overdue. */
export type Lease = {
  readonly ackId: string
  readonly copy: MessageCopy
  timer: Timer
  /** Told once how the lease ended; a push aborts its request, a stream frees its room. */
  onEnd: ((how: LeaseEnd) => void) | undefined
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

  get head(): MessageCopy | undefined {
    return this.#copies.at(0)
  }

  /** True while a batch of this lane is with a subscriber. */
  get isOut(): boolean {
    return this.#out > 0
  }

  add(message: Message): MessageCopy {
    const copy: MessageCopy = {
      message,
      lane: this,
      position: this.#nextPosition,
      failures: 0,
      notBeforeMs: 0,
      lease: undefined,
      acked: false,
      gone: false,
    }
    this.#nextPosition += 1
    this.#copies.push(copy)
    return copy
  }

  /** False once the message is finished. */
  holds(copy: MessageCopy): boolean {
    return !copy.gone && this.head !== undefined && copy.position >= this.head.position
  }

  /** The next batch, at most `max` messages, up to the first that is still backing off or that reaches `maxBytes`. */
  take(max: number, nowMs: number, maxBytes = Number.POSITIVE_INFINITY): MessageCopy[] {
    const batch: MessageCopy[] = []
    let bytes = 0
    for (this.#out = 0; batch.length < max && bytes < maxBytes; this.#out += 1) {
      const copy = this.#copies.at(this.#out)
      if (copy === undefined || copy.notBeforeMs > nowMs) break
      if (copy.gone) continue
      batch.push(copy)
      bytes += copy.message.data.length
    }
    return batch
  }

  /** Records the acknowledgement; returns the messages that are now finished, in order. */
  acknowledge(copy: MessageCopy): MessageCopy[] {
    copy.acked = true
    const finished: MessageCopy[] = []
    for (let head = this.head; head?.acked; head = this.head) {
      this.#copies.shift()
      // A message may also leave before it was handed out: its retention ended, or a seek went past it.
      if (this.#out > 0) this.#out -= 1
      if (!head.gone) finished.push(head)
    }
    return finished
  }

  /** Takes the message out for good, wherever it stands; returns those that are now finished, this one first. */
  remove(copy: MessageCopy): MessageCopy[] {
    copy.gone = true
    return [copy, ...this.acknowledge(copy)]
  }

  /** Makes `copy` and all that were handed out after it undelivered; returns those after it. */
  rewind(copy: MessageCopy): MessageCopy[] {
    const first = copy.position - (this.head?.position ?? copy.position)
    const successors: MessageCopy[] = []
    for (let index = first + 1; index < this.#out; index += 1) {
      const successor = this.#copies.at(index)
      if (successor === undefined) break
      if (successor.gone) continue
      successor.acked = false
      successors.push(successor)
    }
    this.#out = first
    return successors
  }
}
