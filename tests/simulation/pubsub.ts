import type { PushSubscription } from '../../knative/local/wiring.ts'
import type { Message, Publisher } from '../../lib/pubsub/publisher.ts'
import { current, type World } from './world.ts'

export type Stored = { readonly messageId: string; readonly orderingKey: string; readonly data: string }
type Delivery = { readonly message: Stored; attempts: number }
type Queue = { readonly waiting: Delivery[]; readonly done: Delivery[]; isBusy: boolean }

export type PubsubFaults = {
  /** How likely publishing fails for the publisher; half of the time the topic has the message all the same. */
  failureProbability: number
  /** How likely a message is stored twice, lost, or delivered again with those behind it. */
  doubleProbability: number
  lossProbability: number
}

/** Pushes a message to a function; answers the status, or throws when nobody has answered. */
export type Push = (subscription: PushSubscription, body: Buffer) => Promise<number>

const PUBLISH_TIMEOUT_MS = 5000
const COME_AGAIN_AT_MOST = 3

/** Topics and push subscriptions: at least once, in order of publication for each key, one message of a key at a time. */
export class SimulatedPubsub {
  readonly faults: PubsubFaults = { failureProbability: 0, doubleProbability: 0, lossProbability: 0 }
  /** Told of each message that a topic is given. */
  onStored: (topic: string, message: Stored) => void = () => undefined
  /** Told of each message that was taken, by the subscription. */
  onTaken: (subscription: PushSubscription, message: Stored) => void = () => undefined
  /** All that a topic was given, in order. */
  readonly stored = new Map<string, Stored[]>()
  readonly #world: World
  readonly #subscriptions: readonly PushSubscription[]
  readonly #push: Push
  readonly #queues = new Map<string, Queue>()
  #nextId = 1

  constructor(world: World, subscriptions: readonly PushSubscription[], push: Push) {
    this.#world = world
    this.#subscriptions = subscriptions
    this.#push = push
  }

  publisher(): Publisher {
    return {
      publish: (topic, message) => this.#publish(topic, message),
      close: async () => undefined,
    }
  }

  /** How many messages have not been acknowledged. */
  get waiting(): number {
    return this.#queues.values().reduce((sum, { waiting }) => sum + waiting.length, 0)
  }

  #publish(topic: string, { orderingKey, data }: Message): Promise<void> {
    const world = this.#world
    const asker = current()
    const getsThere = world.chance(0.5)
    const what = `${asker?.name ?? 'a caller'} cannot publish on ${topic}, and the message ${getsThere ? 'arrives' : 'is lost'}`
    const fails = world.fault(what, this.faults.failureProbability)
    const arrives = !fails || getsThere
    const text = data.toString()
    return new Promise((resolve, reject) => {
      const answer = (delayMs: number, run: () => void) => world.as(asker, () => world.schedule(delayMs, run))
      if (fails) answer(PUBLISH_TIMEOUT_MS, () => reject(new Error('publishing timed out')))
      if (!arrives) return
      world.as(undefined, () =>
        world.schedule(world.random() * 20, () => {
          this.#store(topic, orderingKey, text)
          if (world.fault(`a message on ${topic} is doubled`, this.faults.doubleProbability))
            this.#store(topic, orderingKey, text)
          if (!fails) answer(world.random() * 20, resolve)
        }),
      )
    })
  }

  #store(topic: string, orderingKey: string, data: string): void {
    const message = { messageId: String(this.#nextId), orderingKey, data }
    this.#nextId += 1
    const all = this.stored.get(topic) ?? []
    this.stored.set(topic, all)
    all.push(message)
    this.#world.note(() => `${topic} has message ${message.messageId}: ${describeData(data)}`)
    this.onStored(topic, message)
    if (this.#world.fault(`message ${message.messageId} is lost`, this.faults.lossProbability)) return
    for (const subscription of this.#subscriptions) {
      if (subscription.topic !== topic) continue
      const queue = this.#queueOf(subscription, message)
      queue.waiting.push({ message, attempts: 0 })
      this.#goOn(subscription, queue)
    }
  }

  #queueOf({ name, ordered }: PushSubscription, { orderingKey, messageId }: Stored): Queue {
    const key = `${name} ${ordered ? orderingKey : messageId}`
    const queue = this.#queues.get(key) ?? { waiting: [], done: [], isBusy: false }
    this.#queues.set(key, queue)
    return queue
  }

  #goOn(subscription: PushSubscription, queue: Queue): void {
    const [delivery] = queue.waiting
    if (queue.isBusy || delivery === undefined) return
    queue.isBusy = true
    this.#later(this.#world.random() * 20, () => void this.#deliver(subscription, queue, delivery))
  }

  async #deliver(subscription: PushSubscription, queue: Queue, delivery: Delivery): Promise<void> {
    delivery.attempts += 1
    const taken = await this.#isTaken(subscription, delivery)
    if (taken) this.onTaken(subscription, delivery.message)
    const { deadLetter, retry } = subscription
    const isLast = deadLetter !== undefined && delivery.attempts >= deadLetter.maxDeliveryAttempts
    if (!taken && isLast) this.#store(deadLetter.topic, delivery.message.orderingKey, delivery.message.data)
    if (taken || isLast) {
      queue.waiting.shift()
      queue.done.push(delivery)
      this.#comeAgain(queue)
    }
    const backoff = Math.min(retry.minimumSeconds * 2 ** (delivery.attempts - 1), retry.maximumSeconds)
    this.#later(taken ? 0 : backoff * 1000, () => {
      queue.isBusy = false
      this.#goOn(subscription, queue)
    })
  }

  /** An ordered subscription that delivers a message again delivers those behind it again too. */
  #comeAgain({ waiting, done }: Queue): void {
    const count = 1 + this.#world.pick(COME_AGAIN_AT_MOST)
    const [first] = done.slice(-count)
    const what = `message ${first?.message.messageId} comes again, and those behind it`
    if (this.#world.fault(what, this.faults.doubleProbability))
      waiting.unshift(...done.splice(-count).map(({ message }) => ({ message, attempts: 0 })))
  }

  /** Within the deadline and with success; an answer that comes later is not heard. */
  async #isTaken(subscription: PushSubscription, { message, attempts }: Delivery): Promise<boolean> {
    const { messageId, data } = message
    const envelope = {
      message: { messageId, data: Buffer.from(data).toString('base64'), attributes: {} },
      ...(subscription.deadLetter && { deliveryAttempt: attempts }),
    }
    const late = new Promise<false>(resolve =>
      this.#later(subscription.ackDeadlineSeconds * 1000, () => resolve(false)),
    )
    const answered = this.#push(subscription, Buffer.from(JSON.stringify(envelope))).then(
      status => status >= 200 && status < 300,
      () => false,
    )
    return await Promise.race([answered, late])
  }

  #later(delayMs: number, run: () => void): void {
    this.#world.as(undefined, () => this.#world.schedule(delayMs, run))
  }
}

/** Of results, which they are; anything else as it is. */
function describeData(data: string): string {
  const parsed = JSON.parse(data) as unknown
  return Array.isArray(parsed) && parsed[0]?.specversion ? parsed.map(({ id }) => id).join(', ') : data
}
