import { isExhausted, toDeadLetter } from './dead-letter.ts'
import { Delivery } from './delivery.ts'
import { durationMs } from './duration.ts'
import { type Filter, parseFilter } from './filter.ts'
import type { Message, MessageDraft } from './message.ts'
import { Push, type PushSurroundings } from './push.ts'
import { backoffMs } from './retry-policy.ts'
import { failedPrecondition, type ServiceError } from './service-error.ts'
import type { Attached, Topic } from './topic.ts'
import type * as wire from './wire.ts'

/** What of the emulator a subscription works with: topics come and go without it. */
export type SubscriptionSurroundings = PushSurroundings & {
  findTopic(name: string): Topic | undefined
  publish(topic: Topic, drafts: readonly MessageDraft[]): unknown
}

/** A subscription: its settings, the delivery they rule, and the push pump if it has an endpoint. */
export class Subscription implements Attached {
  readonly delivery: Delivery
  readonly #around: SubscriptionSurroundings
  readonly #filter: Filter
  #config: wire.Subscription
  #push: Push | undefined

  constructor(config: wire.Subscription, around: SubscriptionSurroundings) {
    this.#config = config
    this.#around = around
    // Fixed at creation, as the service has it.
    this.#filter = parseFilter(config.filter)
    this.delivery = new Delivery(around.clock, {
      ordered: config.enableMessageOrdering,
      retentionMs: () => this.#retentionMs(),
      retainsAcked: () => this.#config.retainAckedMessages,
      backoffMs: failures => backoffMs(this.#config.retryPolicy, failures),
      deadLetter: (message, failures) => this.#deadLetter(message, failures),
    })
    this.#startPush()
  }

  /** Checked and with defaults, see checkSubscription. */
  get config(): wire.Subscription {
    return this.#config
  }

  /** The configuration as the service answers it, with what the topic adds. */
  describe(): wire.Subscription {
    const topic = this.#around.findTopic(this.#config.topic)
    return { ...this.#config, topicMessageRetentionDuration: topic?.config.messageRetentionDuration ?? null }
  }

  /** Undefined for a pull subscription. */
  get push(): Push | undefined {
    return this.#push
  }

  get ackDeadlineMs(): number {
    return this.#config.ackDeadlineSeconds * 1_000
  }

  /** Takes a message of the topic; one that the filter leaves out counts as acknowledged. */
  receive(message: Message): void {
    if (!this.#filter(message.attributes)) return
    const { name: subscription, topic } = this.#config
    this.#around.faults.onTheWay({ topic, subscription }, message, delayMs =>
      this.delivery.enqueue(message, delayMs),
    )
  }

  /** What is kept follows the topic's retention too. */
  refreshRetention(): void {
    this.delivery.refreshRetention()
  }

  /** The settings for deliveries from now on; pushes that are running end under the old ones. */
  update(config: wire.Subscription): void {
    const pushBefore = this.#config.pushConfig
    this.#config = config
    this.delivery.refreshRetention()
    if (config.pushConfig === pushBefore) return
    // Those who pull: from now on the messages are the endpoint's.
    if (config.pushConfig && pushBefore === null) this.delivery.dismissConsumers(notForPulling())
    this.#startPush()
  }

  /** What the subscriber is told: set only when a dead-letter policy counts (ReceivedMessage.delivery_attempt). */
  deliveryAttempt(failures: number): number | undefined {
    return this.#config.deadLetterPolicy ? failures + 1 : undefined
  }

  /** google.pubsub.v1 SeekRequest.time; a time to come acknowledges all there is. */
  seek(timeMs: number): void {
    const topic = this.#around.findTopic(this.#config.topic)
    const replayable = topic?.retained().filter(({ attributes }) => this.#filter(attributes)) ?? []
    this.delivery.seek(timeMs, replayable)
  }

  /** Throws FAILED_PRECONDITION when it was detached. */
  checkAttached(): void {
    if (this.#config.detached) throw this.#detachedError()
  }

  /** Throws FAILED_PRECONDITION when it was detached, or pushes: its messages are for its endpoint. */
  checkPullable(): void {
    this.checkAttached()
    if (this.#config.pushConfig) throw notForPulling()
  }

  detach(): void {
    this.#config = { ...this.#config, detached: true }
    this.close(this.#detachedError())
  }

  /** Stops deliveries and drops the backlog; callers that wait are told the reason. */
  close(reason: ServiceError): void {
    this.#push?.stop()
    this.#push = undefined
    this.delivery.close(reason)
  }

  #detachedError(): ServiceError {
    return failedPrecondition(`The subscription is detached (resource=${this.#config.name}).`)
  }

  #startPush(): void {
    this.#push?.stop()
    const { pushConfig, detached } = this.#config
    this.#push = pushConfig && !detached ? new Push(this, pushConfig, this.#around) : undefined
  }

  /** The longer of its own and its topic's (docs.cloud.google.com/pubsub/docs/replay-overview). */
  #retentionMs(): number {
    const own = this.#config.messageRetentionDuration
    const ofTopic = this.#around.findTopic(this.#config.topic)?.retentionMs ?? 0
    return Math.max(own ? durationMs(own) : 0, ofTopic)
  }

  #deadLetter(message: Message, failures: number): boolean {
    const policy = this.#config.deadLetterPolicy
    if (!isExhausted(policy, failures)) return false
    const topic = this.#around.findTopic(policy.deadLetterTopic)
    // Redelivered while the topic is missing: forwarding is best effort, losing is not.
    if (topic === undefined) return false
    this.#around.publish(topic, [toDeadLetter(message, this.#config.name, failures)])
    return true
  }
}

function notForPulling(): ServiceError {
  return failedPrecondition('This method is not supported for this subscription type.')
}
