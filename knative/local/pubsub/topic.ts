import type { Clock } from './clock.ts'
import { durationMs } from './duration.ts'
import type { Message } from './message.ts'
import { Queue } from './queue.ts'
import type * as wire from './wire.ts'

/** A subscription, as its topic knows it. */
export interface Attached {
  readonly config: wire.Subscription
  update(config: wire.Subscription): void
  refreshRetention(): void
  receive(message: Message): void
}

/** A topic: its settings, its subscriptions, and the messages it retains for seeks if it was told to retain any. */
export class Topic {
  readonly subscriptions = new Set<Attached>()
  readonly #clock: Clock
  readonly #retained = new Queue<Message>()
  #config: wire.Topic

  constructor(config: wire.Topic, clock: Clock) {
    this.#config = config
    this.#clock = clock
  }

  /** Checked, see checkTopic. */
  get config(): wire.Topic {
    return this.#config
  }

  /** Zero when the topic retains nothing itself. */
  get retentionMs(): number {
    const { messageRetentionDuration } = this.#config
    return messageRetentionDuration ? durationMs(messageRetentionDuration) : 0
  }

  update(config: wire.Topic): void {
    this.#config = config
    this.#trim()
    for (const subscription of this.subscriptions) subscription.refreshRetention()
  }

  /** Gives the message to every subscription there is now. */
  publish(message: Message): void {
    if (this.retentionMs > 0) this.#retained.push(message)
    this.#trim()
    for (const subscription of this.subscriptions) subscription.receive(message)
  }

  /** What a seek may bring back, whether a subscription got it before or not. */
  retained(): Message[] {
    this.#trim()
    return [...this.#retained]
  }

  // On each use rather than on a timer: what nobody asks for does no harm until the next message.
  #trim(): void {
    const endedMs = this.#clock.now() - this.retentionMs
    for (let oldest = this.#retained.at(0); oldest; oldest = this.#retained.at(0)) {
      if (oldest.publishTimeMs > endedMs) return
      this.#retained.shift()
    }
  }
}
