import type { Clock } from './clock.ts'
import { isExhausted, toDeadLetter } from './dead-letter.ts'
import { Delivery } from './delivery.ts'
import { type PushMeans, startPush } from './push.ts'
import { backoffMs } from './retry-policy.ts'
import type { Store } from './store.ts'
import type * as wire from './wire.ts'

/** A subscription: its settings, the delivery they rule, and the push pump if it has an endpoint. */
export class Subscription {
  readonly delivery: Delivery
  readonly #store: Store
  readonly #push: PushMeans
  #config: wire.Subscription
  #stopPush: () => void = () => {}

  constructor(config: wire.Subscription, store: Store, clock: Clock, push: PushMeans) {
    this.#config = config
    this.#store = store
    this.#push = push
    this.delivery = new Delivery(clock, {
      ordered: config.enableMessageOrdering,
      backoffMs: failures => backoffMs(this.#config.retryPolicy, failures),
      deadLetter: (message, failures) => this.#deadLetter(message, failures),
    })
    this.#startPush()
  }

  /** Checked and with defaults, see checkSubscription. */
  get config(): wire.Subscription {
    return this.#config
  }

  get ackDeadlineMs(): number {
    return this.#config.ackDeadlineSeconds * 1_000
  }

  /** The settings for deliveries from now on; pushes that are running end under the old ones. */
  update(config: wire.Subscription): void {
    const pushBefore = this.#config.pushConfig
    this.#config = config
    if (config.pushConfig !== pushBefore) this.#startPush()
  }

  /** What the subscriber is told: set only when a dead-letter policy counts (ReceivedMessage.delivery_attempt). */
  deliveryAttempt(failures: number): number | undefined {
    return this.#config.deadLetterPolicy ? failures + 1 : undefined
  }

  /** Stops deliveries and drops the backlog. */
  close(): void {
    this.#stopPush()
    this.delivery.close()
  }

  #startPush(): void {
    this.#stopPush()
    const { pushConfig } = this.#config
    this.#stopPush = pushConfig ? startPush(this, pushConfig, this.#push) : () => {}
  }

  #deadLetter(message: Parameters<typeof toDeadLetter>[0], failures: number): boolean {
    const policy = this.#config.deadLetterPolicy
    if (!isExhausted(policy, failures)) return false
    const topic = this.#store.findTopic(policy.deadLetterTopic)
    // Redelivered while the topic is missing: forwarding is best effort, losing is not.
    if (topic === undefined) return false
    this.#store.publish(topic, [toDeadLetter(message, this.#config.name, failures)])
    return true
  }
}
