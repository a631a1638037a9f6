import assert from 'node:assert/strict'
import type { protos } from '@google-cloud/pubsub'
import { QUIET_MS, quiet } from './quiet.ts'
import type { Service } from './service.ts'

type Topic = protos.google.pubsub.v1.ITopic
/** What a subscription is created with. */
export type Settings = protos.google.pubsub.v1.ISubscription
type ReceivedMessage = protos.google.pubsub.v1.IReceivedMessage

/** A message as a subscriber holds it. */
export type Received = {
  readonly ackId: string
  readonly text: string
  readonly message: protos.google.pubsub.v1.IPubsubMessage
  readonly deliveryAttempt: number
}

/** A topic with a subscription, and what a publisher and a subscriber do with them. */
export class Channel {
  readonly topic: string
  readonly subscription: string
  readonly #service: Service

  private constructor(service: Service, topic: string, subscription: string) {
    this.#service = service
    this.topic = topic
    this.subscription = subscription
  }

  /** Makes both, with names of their own. */
  static async open(service: Service, settings: Settings = {}, topicSettings: Topic = {}) {
    const topic = service.newName('topics')
    await service.publisher.createTopic({ ...topicSettings, name: topic })
    return Channel.attach(service, topic, settings)
  }

  /** Makes a subscription to a topic there is. */
  static async attach(service: Service, topic: string, settings: Settings = {}) {
    const name = service.newName('subscriptions')
    const { subscriber } = service
    await subscriber.createSubscription({ ackDeadlineSeconds: 60, ...settings, name, topic })
    // So that nothing is pushed for a case that has ended.
    service.onEnd(() => subscriber.deleteSubscription({ subscription: name }).catch(() => undefined))
    return new Channel(service, topic, name)
  }

  /** Publishes the texts in one request; returns the message ids. */
  async publish(
    texts: readonly string[],
    { key = '', attributes = {} }: { key?: string; attributes?: Record<string, string> } = {},
  ): Promise<string[]> {
    const messages = texts.map(text => ({ data: Buffer.from(text), attributes, orderingKey: key }))
    const [{ messageIds }] = await this.#service.publisher.publish({ topic: this.topic, messages })
    return messageIds ?? []
  }

  /** Pulls until so many messages have come; they stay with the caller. */
  async receive(count: number): Promise<Received[]> {
    const begin = Date.now()
    const received: Received[] = []
    while (received.length < count) {
      const left = begin + this.#service.patienceMs - Date.now()
      const got = left <= 0 ? undefined : await this.#pull(count - received.length, left)
      assert(got, `${received.length} of ${count} messages came: ${JSON.stringify(texts(received))}`)
      received.push(...got)
    }
    return received
  }

  async receiveOne(): Promise<Received> {
    const [received] = await this.receive(1)
    assert(received)
    return received
  }

  /** Throws when a message comes after all; looks again and again, so that no abandoned call takes one later. */
  async receiveNothing(ms = QUIET_MS): Promise<void> {
    const end = Date.now() + ms
    while (Date.now() < end) {
      assert.deepEqual(texts(await this.pullNow()), [], 'a message came that should not')
      await quiet(100)
    }
  }

  /** What there is at once. */
  async pullNow(maxMessages = 10): Promise<Received[]> {
    const request = { subscription: this.subscription, maxMessages, returnImmediately: true }
    const [{ receivedMessages }] = await this.#service.subscriber.pull(request)
    return (receivedMessages ?? []).map(toReceived)
  }

  async ack(...received: readonly Received[]): Promise<void> {
    const ackIds = received.map(({ ackId }) => ackId)
    await this.#service.subscriber.acknowledge({ subscription: this.subscription, ackIds })
  }

  /** A new deadline, counted from now. */
  async extend(ackDeadlineSeconds: number, ...received: readonly Received[]): Promise<void> {
    const ackIds = received.map(({ ackId }) => ackId)
    const { subscription } = this
    await this.#service.subscriber.modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds })
  }

  async nack(...received: readonly Received[]): Promise<void> {
    await this.extend(0, ...received)
  }

  /** Undefined when none came in time. */
  async #pull(maxMessages: number, timeout: number): Promise<Received[] | undefined> {
    const request = { subscription: this.subscription, maxMessages }
    try {
      const [{ receivedMessages }] = await this.#service.subscriber.pull(request, { timeout })
      return (receivedMessages ?? []).map(toReceived)
    } catch (error) {
      if ((error as { code?: number }).code === DEADLINE_EXCEEDED) return undefined
      throw error
    }
  }
}

const DEADLINE_EXCEEDED = 4

export function texts(received: readonly Received[]): string[] {
  return received.map(({ text }) => text)
}

export function toReceived({ ackId, message, deliveryAttempt }: ReceivedMessage): Received {
  return {
    ackId: ackId ?? '',
    text: Buffer.from(message?.data ?? '').toString(),
    message: message ?? {},
    deliveryAttempt: deliveryAttempt ?? 0,
  }
}
