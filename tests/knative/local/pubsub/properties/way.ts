import { acknowledge } from '../../../../../knative/local/pubsub/acknowledge.ts'
import { type Fault, Faults } from '../../../../../knative/local/pubsub/faults.ts'
import { takeBatch } from '../../../../../knative/local/pubsub/pull.ts'
import { Store } from '../../../../../knative/local/pubsub/store.ts'
import type { Subscription } from '../../../../../knative/local/pubsub/subscription.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { subscriptionOf, TOPIC, topicOf } from './setting.ts'

export const NAME = 'projects/settle/subscriptions/worker'

/** A message of that key, and the time until the next. */
export type Step = { readonly key: string; readonly thenMs: number }
export type Arrival = { readonly index: number; readonly key: string; readonly tookMs: number }

/** The way from a topic to an ordered subscription, with faults on it and a subscriber that acknowledges at once. */
export class Way {
  readonly clock = new FakeClock()
  readonly faults = new Faults(this.clock)
  readonly arrivals: Arrival[] = []
  readonly #store: Store
  readonly #subscription: Subscription
  readonly #keys: string[] = []

  constructor(faults: readonly Fault[]) {
    for (const fault of faults) this.faults.add(fault)
    this.#store = new Store(this.clock, this.faults, {
      send: () => () => {},
      signer: { cachedToken: () => Promise.reject(new Error('nothing is pushed')) },
      ...{ maxWindow: 1, slowStart: false, backoff: false },
    })
    this.#store.createTopic(topicOf(TOPIC, 0))
    this.#subscription = this.#store.createSubscription(
      subscriptionOf(NAME, TOPIC, { enableMessageOrdering: true }),
    )
  }

  publishAll(steps: readonly Step[]): void {
    for (const { key, thenMs } of steps) {
      const data = Buffer.from(String(this.#keys.length))
      this.#keys.push(key)
      this.#store.publish(this.#store.topic(TOPIC), [{ data, attributes: {}, orderingKey: key }])
      this.receive()
      this.pass(thenMs)
    }
  }

  close(): void {
    this.#store.close()
  }

  /** From timer to timer. */
  pass(ms: number): void {
    const endMs = this.clock.now() + ms
    while (this.clock.now() < endMs) {
      const ringsInMs = Math.max(0, this.clock.pending()[0] ?? Infinity)
      this.clock.advance(Math.min(ringsInMs, endMs - this.clock.now()))
      this.receive()
    }
  }

  receive(): void {
    for (;;) {
      const received = takeBatch(this.#subscription, 1_000)
      if (received.length === 0) return
      for (const { message } of received) {
        const { seconds = 0, nanos = 0 } = message.publishTime ?? {}
        const tookMs = this.clock.now() - seconds * 1_000 - nanos / 1e6
        const index = Number(message.data)
        this.arrivals.push({ index, key: this.#keys[index] ?? '', tookMs })
      }
      const ackIds = received.map(({ ackId }) => ackId)
      acknowledge(this.#subscription, ackIds)
    }
  }
}
