import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Message, MessageDraft } from './message.ts'
import type { PushMeans } from './push.ts'
import { DELETED_TOPIC } from './resource-name.ts'
import { alreadyExists, notFound } from './service-error.ts'
import { Subscription } from './subscription.ts'
import { Topic } from './topic.ts'
import type * as wire from './wire.ts'

// Most messages have none; an object for each would be a tenth of what a backlog takes.
const NO_ATTRIBUTES = Object.freeze({})

/** All topics and subscriptions of the emulator, in memory. */
export class Store {
  readonly clock: Clock
  readonly faults: Faults
  readonly push: PushMeans
  readonly #topics = new Map<string, Topic>()
  readonly #subscriptions = new Map<string, Subscription>()
  #lastMessageId: number

  constructor(clock: Clock, faults: Faults, push: PushMeans) {
    this.clock = clock
    this.faults = faults
    this.push = push
    // Starting from the time keeps ids unique across restarts, up to a thousand messages a millisecond.
    this.#lastMessageId = clock.now() * 1_000
  }

  get topics(): ReadonlyMap<string, Topic> {
    return this.#topics
  }

  get subscriptions(): ReadonlyMap<string, Subscription> {
    return this.#subscriptions
  }

  /** From a checked configuration. Throws ALREADY_EXISTS. */
  createTopic(config: wire.Topic): Topic {
    if (this.#topics.has(config.name)) throw alreadyExists(config.name)
    const topic = new Topic(config, this.clock)
    this.#topics.set(config.name, topic)
    return topic
  }

  findTopic(name: string): Topic | undefined {
    return this.#topics.get(name)
  }

  /** Throws NOT_FOUND. */
  topic(name: string): Topic {
    const topic = this.#topics.get(name)
    if (topic === undefined) throw notFound(name)
    return topic
  }

  /** Its subscriptions live on with their backlog (google.pubsub.v1 Publisher.DeleteTopic). Throws NOT_FOUND. */
  deleteTopic(name: string): void {
    const topic = this.topic(name)
    this.#topics.delete(name)
    for (const subscription of topic.subscriptions) {
      subscription.update({ ...subscription.config, topic: DELETED_TOPIC })
    }
  }

  /** Gives each message its id and time, and a copy to every subscription; returns the ids in order. */
  publish(topic: Topic, drafts: readonly MessageDraft[]): string[] {
    const publishTimeMs = this.clock.now()
    return drafts.map(draft => {
      const { data, orderingKey } = draft
      const attributes = Object.keys(draft.attributes).length === 0 ? NO_ATTRIBUTES : draft.attributes
      this.#lastMessageId += 1
      const messageId = String(this.#lastMessageId)
      const message: Message = { messageId, data, attributes, orderingKey, publishTimeMs }
      topic.publish(message)
      return messageId
    })
  }

  /** From a checked configuration. Throws ALREADY_EXISTS, and NOT_FOUND for its topic or dead-letter topic. */
  createSubscription(config: wire.Subscription): Subscription {
    if (this.#subscriptions.has(config.name)) throw alreadyExists(config.name)
    const topic = this.topic(config.topic)
    this.#checkDeadLetterTopic(config)
    const subscription = new Subscription(config, this)
    this.#subscriptions.set(config.name, subscription)
    topic.subscriptions.add(subscription)
    return subscription
  }

  /** To a checked configuration of the same name. Throws NOT_FOUND for its dead-letter topic. */
  updateSubscription(subscription: Subscription, config: wire.Subscription): void {
    this.#checkDeadLetterTopic(config)
    subscription.update(config)
  }

  /** Throws NOT_FOUND. */
  subscription(name: string): Subscription {
    const subscription = this.#subscriptions.get(name)
    if (subscription === undefined) throw notFound(name)
    return subscription
  }

  /** Ends its deliveries and drops its backlog, for good; it stays to be read and deleted. Throws NOT_FOUND. */
  detachSubscription(name: string): void {
    const subscription = this.subscription(name)
    this.#topics.get(subscription.config.topic)?.subscriptions.delete(subscription)
    subscription.detach()
  }

  /** Drops its backlog at once (google.pubsub.v1 Subscriber.DeleteSubscription). Throws NOT_FOUND. */
  deleteSubscription(name: string): void {
    const subscription = this.subscription(name)
    this.#subscriptions.delete(name)
    this.#topics.get(subscription.config.topic)?.subscriptions.delete(subscription)
    subscription.close(notFound(name))
  }

  close(): void {
    for (const subscription of this.#subscriptions.values())
      subscription.close(notFound(subscription.config.name))
    // A message that is held back has a timer, which would keep the process.
    this.faults.clear()
  }

  #checkDeadLetterTopic({ deadLetterPolicy }: wire.Subscription): void {
    if (deadLetterPolicy) this.topic(deadLetterPolicy.deadLetterTopic)
  }
}
