import type { ServerDuplexStream } from '@grpc/grpc-js'
import { acknowledge, confirmation, modifyDeadlines, type NewDeadline } from './acknowledge.ts'
import type { Faults } from './faults.ts'
import type { Lease } from './ordering.ts'
import { toReceived } from './pull.ts'
import { invalidArgument, unavailable } from './service-error.ts'
import type { Subscription } from './subscription.ts'
import { checkAckDeadline, checkModifiedDeadline } from './subscription-config.ts'
import type { StreamingPullRequest, StreamingPullResponse } from './wire.ts'

export type StreamingPullCall = ServerDuplexStream<StreamingPullRequest, StreamingPullResponse>

// Of one response: more would have to fit the client's largest message, and its acknowledgements would come in bursts.
const MAX_BATCH = 100
const MAX_BATCH_BYTES = 10_000_000

/**
 * One StreamingPull call: messages flow to the client up to its two limits and as fast as the connection takes them,
 * and acks and new deadlines come back on the same stream. What is outstanding when the stream ends stays leased until
 * its ack deadline. Requests that break the protocol throw the status the stream is to end with.
 */
export class PullStream {
  readonly #call: StreamingPullCall
  readonly #subscription: Subscription
  readonly #faults: Faults
  readonly #maxMessages: number
  readonly #maxBytes: number
  readonly #removeConsumer: () => void
  #deadlineMs: number
  #messages = 0
  #bytes = 0
  #draining = false
  #stopped = false

  /** From the stream's first request. */
  constructor(
    call: StreamingPullCall,
    subscription: Subscription,
    faults: Faults,
    first: StreamingPullRequest,
  ) {
    this.#call = call
    this.#subscription = subscription
    this.#faults = faults
    subscription.checkPullable()
    this.#deadlineMs = checkAckDeadline(first.streamAckDeadlineSeconds) * 1_000
    this.#maxMessages = first.maxOutstandingMessages > 0 ? first.maxOutstandingMessages : Infinity
    this.#maxBytes = first.maxOutstandingBytes > 0 ? first.maxOutstandingBytes : Infinity
    this.#apply(first)
    this.#removeConsumer = subscription.delivery.addConsumer({
      wake: () => this.#send(),
      closed: reason => this.#call.emit('error', reason),
    })
  }

  /** Any later request. */
  onRequest(request: StreamingPullRequest): void {
    if (
      request.subscription !== '' ||
      request.maxOutstandingMessages !== 0 ||
      request.maxOutstandingBytes !== 0 ||
      request.protocolVersion !== 0
    ) {
      throw invalidArgument(
        'Subscription, flow control and protocol version can be set only in the first request of the stream.',
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
    this.#stopped = true
    this.#removeConsumer()
  }

  #apply(request: StreamingPullRequest): void {
    const { ackIds, modifyDeadlineAckIds, modifyDeadlineSeconds } = request
    if (modifyDeadlineAckIds.length !== modifyDeadlineSeconds.length) {
      throw invalidArgument('modify_deadline_seconds and modify_deadline_ack_ids differ in size.')
    }
    const changes = modifyDeadlineAckIds.map(
      (ackId, index): NewDeadline => [ackId, checkModifiedDeadline(modifyDeadlineSeconds[index] ?? 0)],
    )
    const refusedAcks = acknowledge(this.#subscription, ackIds)
    const refusedChanges = modifyDeadlines(this.#subscription, changes)
    if (!this.#subscription.config.enableExactlyOnceDelivery) return
    if (ackIds.length > 0) this.#call.write({ acknowledgeConfirmation: confirmation(ackIds, refusedAcks) })
    if (changes.length > 0) {
      this.#call.write({
        modifyAckDeadlineConfirmation: confirmation(modifyDeadlineAckIds, refusedChanges),
      })
    }
  }

  #send(): void {
    while (!this.#draining && !this.#stopped) {
      const leases = this.#take()
      if (leases.length === 0) return
      const { enableExactlyOnceDelivery, enableMessageOrdering, name } = this.#subscription.config
      const flowing = this.#call.write({
        receivedMessages: leases.map(lease => toReceived(this.#subscription, lease)),
        subscriptionProperties: {
          exactlyOnceDeliveryEnabled: enableExactlyOnceDelivery,
          messageOrderingEnabled: enableMessageOrdering,
        },
      })
      if (!flowing) this.#waitForDrain()
      if (this.#faults.cuts(name)) {
        this.stop()
        this.#call.emit('error', unavailable())
        return
      }
    }
  }

  #take(): Lease[] {
    const messages = Math.min(MAX_BATCH, this.#maxMessages - this.#messages)
    const bytes = Math.min(MAX_BATCH_BYTES, this.#maxBytes - this.#bytes)
    const leases = this.#subscription.delivery.take(messages, this.#deadlineMs, bytes)
    for (const lease of leases) this.#hold(lease)
    return leases
  }

  #hold(lease: Lease): void {
    const size = lease.copy.message.data.length
    this.#messages += 1
    this.#bytes += size
    lease.onEnd = () => {
      this.#messages -= 1
      this.#bytes -= size
      this.#subscription.delivery.wake()
    }
  }

  #waitForDrain(): void {
    this.#draining = true
    this.#call.once('drain', () => {
      this.#draining = false
      this.#send()
    })
  }
}
