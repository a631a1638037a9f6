import type { ServerDuplexStream } from '@grpc/grpc-js'
import type { Lease } from './lease.ts'
import { checkPullable, toReceived } from './pull.ts'
import { checkName } from './resource-name.ts'
import { invalidArgument, notFound } from './service-error.ts'
import type { Store } from './store.ts'
import type { Subscription } from './subscription.ts'
import { checkAckDeadline } from './subscription-config.ts'
import type { StreamingPullRequest, StreamingPullResponse } from './wire.ts'

export type StreamingPullCall = ServerDuplexStream<StreamingPullRequest, StreamingPullResponse>

// Messages in one response; a response of 1,000 large ones would not fit the client's message size.
const BATCH = 100

/**
 * One StreamingPull call: messages flow to the client up to its two limits and as fast as the connection takes them,
 * and acks and new deadlines come back on the same stream. What is outstanding when the stream ends stays leased until
 * its ack deadline. Requests that break the protocol throw the status the stream is to end with.
 */
export class PullStream {
  readonly #call: StreamingPullCall
  readonly #subscription: Subscription
  readonly #maxMessages: number
  readonly #maxBytes: number
  readonly #removeConsumer: () => void
  #deadlineMs: number
  #messages = 0
  #bytes = 0
  #draining = false

  /** From the stream's first request. */
  constructor(call: StreamingPullCall, store: Store, first: StreamingPullRequest) {
    checkName(first.subscription, 'subscriptions')
    this.#call = call
    this.#subscription = store.subscription(first.subscription)
    checkPullable(this.#subscription)
    this.#deadlineMs = checkAckDeadline(first.streamAckDeadlineSeconds) * 1_000
    this.#maxMessages = first.maxOutstandingMessages > 0 ? first.maxOutstandingMessages : Infinity
    this.#maxBytes = first.maxOutstandingBytes > 0 ? first.maxOutstandingBytes : Infinity
    this.#apply(first)
    this.#removeConsumer = this.#subscription.delivery.addConsumer({
      wake: () => this.#send(),
      closed: () => this.#call.emit('error', notFound(first.subscription)),
    })
  }

  /** Any later request. */
  onRequest(request: StreamingPullRequest): void {
    if (
      request.subscription !== '' ||
      request.maxOutstandingMessages !== 0 ||
      request.maxOutstandingBytes !== 0
    ) {
      throw invalidArgument(
        'The subscription and flow control can be set only in the first request of the stream.',
      )
    }
    if (request.streamAckDeadlineSeconds !== 0) {
      this.#deadlineMs = checkAckDeadline(request.streamAckDeadlineSeconds) * 1_000
    }
    this.#apply(request)
    // The client pings with an empty request and gives the stream up without an answer in 15 s.
    if (request.ackIds.length === 0 && request.modifyDeadlineAckIds.length === 0) this.#call.write({})
  }

  stop(): void {
    this.#removeConsumer()
  }

  #apply(request: StreamingPullRequest): void {
    const { delivery } = this.#subscription
    const { ackIds, modifyDeadlineAckIds, modifyDeadlineSeconds } = request
    if (modifyDeadlineAckIds.length !== modifyDeadlineSeconds.length) {
      throw invalidArgument('modify_deadline_seconds and modify_deadline_ack_ids differ in size.')
    }
    if (modifyDeadlineSeconds.some(deadline => deadline < 0 || deadline > 600)) {
      throw invalidArgument('A modified ack deadline must be between 0 and 600 seconds.')
    }
    for (const lease of delivery.find(ackIds)) delivery.ack(lease)
    modifyDeadlineAckIds.forEach((ackId, index) => {
      const deadlineMs = (modifyDeadlineSeconds[index] ?? 0) * 1_000
      for (const lease of delivery.find([ackId])) delivery.modifyDeadline(lease, deadlineMs)
    })
  }

  #send(): void {
    while (!this.#draining) {
      const leases = this.#take()
      if (leases.length === 0) return
      const { enableMessageOrdering } = this.#subscription.config
      const flowing = this.#call.write({
        receivedMessages: leases.map(lease => toReceived(this.#subscription, lease)),
        subscriptionProperties: {
          exactlyOnceDeliveryEnabled: false,
          messageOrderingEnabled: enableMessageOrdering,
        },
      })
      if (!flowing) this.#waitForDrain()
    }
  }

  #take(): Lease[] {
    if (this.#bytes >= this.#maxBytes) return []
    const room = Math.min(BATCH, this.#maxMessages - this.#messages)
    const { delivery } = this.#subscription
    const leases = delivery.take(room, this.#deadlineMs)
    for (const lease of leases) {
      const size = lease.copy.message.data.length
      this.#messages += 1
      this.#bytes += size
      lease.onEnd = () => {
        this.#messages -= 1
        this.#bytes -= size
        delivery.wake()
      }
    }
    return leases
  }

  #waitForDrain(): void {
    this.#draining = true
    this.#call.once('drain', () => {
      this.#draining = false
      this.#send()
    })
  }
}
