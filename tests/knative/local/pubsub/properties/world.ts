import { acknowledge } from '../../../../../knative/local/pubsub/acknowledge.ts'
import { Faults } from '../../../../../knative/local/pubsub/faults.ts'
import { page } from '../../../../../knative/local/pubsub/page.ts'
import { takeBatch } from '../../../../../knative/local/pubsub/pull.ts'
import type { PushPayload } from '../../../../../knative/local/pubsub/push-payload.ts'
import { Store } from '../../../../../knative/local/pubsub/store.ts'
import type { Subscription } from '../../../../../knative/local/pubsub/subscription.ts'
import type { ReceivedMessage } from '../../../../../knative/local/pubsub/wire.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { Auditor, type Delivered } from './auditor.ts'
import { checkBatch, checkEqual, checkNothingWaits, checkPush, expectedCounters } from './checks.ts'
import { PushLimits } from './push-limits.ts'
import { configOf, DEAD_TOPIC, type Setting, subscriptionOf, TOPIC, topicOf } from './setting.ts'

const NAME = 'projects/settle/subscriptions/worker'
const DEAD_NAME = 'projects/settle/subscriptions/collected'

/** A message in a subscriber's hands; `settle` is there for a push, and answers it. */
export type Held = { readonly handle: string; readonly settle?: (acked: boolean) => void; aborted: boolean }

/** In place of a delivery that never was. */
export const NOBODY: Held = { handle: 'no ack id', aborted: false }

/** The emulator's core with nothing around it: the test is its clock, its network and its subscribers. */
export class World {
  readonly clock = new FakeClock()
  readonly auditor: Auditor
  readonly store: Store
  readonly subscription: Subscription
  /** All that was ever delivered, in order. */
  readonly held: Held[] = []
  /** Of each pull that waits, what ends it. */
  readonly waiting = new Set<() => void>()
  limits: PushLimits | undefined
  readonly #setting: Setting
  readonly #deadSubscription: Subscription
  readonly #deadLetters: string[] = []
  readonly #forgotten = new Set<string>()
  // What is found out inside the emulator's own steps, where a throw would be lost.
  readonly #failures: unknown[] = []

  constructor(setting: Setting) {
    this.#setting = setting
    this.auditor = new Auditor(setting)
    const { maxWindow, slowStart, backoff } = setting
    const signer = { cachedToken: () => Promise.reject(new Error('no push asks for a token')) }
    this.store = new Store(this.clock, new Faults(this.clock), {
      send: (_, payload, settle) => this.#send(payload, settle),
      ...{ signer, maxWindow, slowStart, backoff },
    })
    this.store.createTopic(topicOf(TOPIC, setting.topicRetention))
    this.store.createTopic(topicOf(DEAD_TOPIC, 0))
    this.#deadSubscription = this.store.createSubscription(subscriptionOf(DEAD_NAME, DEAD_TOPIC, {}))
    this.subscription = this.store.createSubscription(configOf(NAME, setting))
    this.startLimits()
  }

  get nowMs(): number {
    return this.clock.now()
  }

  /** What subscribers hold and can still answer. */
  get open(): Held[] {
    return this.held.filter(({ handle }) => this.auditor.isOut(handle) && !this.#forgotten.has(handle))
  }

  /** The subscribers die, with what they hold. */
  forgetAll(): void {
    for (const { handle } of this.held) this.#forgotten.add(handle)
  }

  hangUp(): void {
    for (const hangUp of this.waiting) hangUp()
  }

  /** After the push endpoint was set. */
  startLimits(): void {
    this.limits = this.subscription.config.pushConfig ? new PushLimits(this.#setting) : undefined
  }

  /** Time goes from timer to timer, so that each rings at its own moment, and nobody is asked to look later. */
  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms
    for (let ringsNow = 0; ; ringsNow += 1) {
      const ringsInMs = Math.max(0, this.clock.pending()[0] ?? Infinity)
      const wholeInMs = Number.isInteger(this.nowMs) ? Infinity : 0.5
      const stepMs = Math.min(ringsInMs, wholeInMs, endMs - this.nowMs)
      if (stepMs > 0) ringsNow = 0
      if (ringsNow > 1_000) throw new Error('a timer rings again and again, and time stands still')
      this.clock.advance(stepMs)
      this.auditor.timeIs(this.nowMs)
      // What a retention makes ready at half a millisecond goes out at the next whole one, see retentionMs.
      if (!Number.isInteger(this.nowMs)) continue
      await this.settle()
      if (this.nowMs >= endMs) return
    }
  }

  /** Lets the emulator finish what it does by itself, then compares it with the auditor. */
  async settle(): Promise<void> {
    // The longest chain, from a wake to the request sent, takes fewer than ten.
    for (let turn = 0; turn < 16; turn += 1) await Promise.resolve()
    if (this.#failures.length > 0) throw this.#failures[0]
    checkNothingWaits(this.auditor, this.nowMs, { pulls: this.waiting.size, limits: this.limits })
    this.#collectDeadLetters()
    const { backlog, inFlight, oldestUnackedAgeSeconds, pushWindow, pushPausedForSeconds } =
      page(this.store).subscriptions[NAME] ?? {}
    const counters = { backlog, inFlight, oldestUnackedAgeSeconds, pushWindow, pushPausedForSeconds }
    const running = this.held.filter(({ settle, aborted }) => settle && !aborted)
    const expectedRunning = this.held.filter(({ settle, handle }) => settle && this.auditor.isOut(handle))
    checkEqual(
      [counters, this.#deadLetters, running],
      [expectedCounters(this.auditor, this.nowMs, this.limits), this.auditor.deadLetters, expectedRunning],
    )
  }

  /** What a subscriber received of a pull for up to `max` messages. */
  pulled(messages: readonly ReceivedMessage[], max: number): void {
    const batch = messages.map(({ ackId, message, deliveryAttempt }) => {
      const { data, orderingKey: key } = message
      return { handle: ackId, index: Number(data), key, attempt: deliveryAttempt }
    })
    this.#observe(() => checkBatch(this.auditor, batch, max, this.nowMs))
    this.auditor.delivered(batch, this.nowMs, this.subscription.ackDeadlineMs)
    this.held.push(...batch.map(({ handle }) => ({ handle, aborted: false })))
  }

  #send({ body }: PushPayload, settle: (acked: boolean) => void): () => void {
    const { message, deliveryAttempt = 0 } = JSON.parse(String(body))
    const index = Number(Buffer.from(message.data, 'base64'))
    const key: string = message.orderingKey ?? ''
    const push: Delivered = { handle: `push ${this.held.length}`, index, key, attempt: deliveryAttempt }
    const { limits } = this
    this.#observe(() => {
      if (limits === undefined) throw new Error('a pull subscription pushed')
      checkPush(this.auditor, push, limits, this.nowMs)
    })
    this.auditor.delivered([push], this.nowMs, this.subscription.ackDeadlineMs, limits)
    const held: Held = { handle: push.handle, settle, aborted: false }
    this.held.push(held)
    return () => {
      held.aborted = true
    }
  }

  #observe(check: () => void): void {
    try {
      check()
    } catch (failure) {
      this.#failures.push(failure)
    }
  }

  #collectDeadLetters(): void {
    const received = takeBatch(this.#deadSubscription, 1_000)
    for (const { message } of received) {
      const count = message.attributes['CloudPubSubDeadLetterSourceDeliveryCount']
      this.#deadLetters.push(`message ${message.data} after ${count}`)
    }
    acknowledge(
      this.#deadSubscription,
      received.map(({ ackId }) => ackId),
    )
  }
}
