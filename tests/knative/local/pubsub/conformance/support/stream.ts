import assert from 'node:assert/strict'
import type { protos } from '@google-cloud/pubsub'
import { status } from '@grpc/grpc-js'
import { until } from '../../../../../support/until.ts'
import { type Received, texts, toReceived } from './channel.ts'
import { QUIET_MS, quiet } from './quiet.ts'
import type { Refusal } from './refusal.ts'
import type { Service } from './service.ts'

type Request = protos.google.pubsub.v1.IStreamingPullRequest
type Response = protos.google.pubsub.v1.IStreamingPullResponse

/** A StreamingPull call, request by request. */
export class Stream {
  readonly responses: Response[] = []
  readonly #received: Received[] = []
  readonly #seconds: number
  readonly #call: ReturnType<Service['subscriber']['streamingPull']>
  #error: Refusal | undefined

  /** Sends the first request; the stream ends with the case. */
  constructor(service: Service, first: Request) {
    this.#seconds = service.patienceMs / 1_000
    this.#call = service.subscriber.streamingPull()
    this.#call.on('data', (response: Response) => {
      this.responses.push(response)
      this.#received.push(...(response.receivedMessages ?? []).map(toReceived))
    })
    this.#call.on('error', (error: Refusal) => {
      this.#error ??= error
    })
    service.onEnd(() => this.#call.cancel())
    this.send(first)
  }

  /** A stream on a subscription, with a deadline that no case reaches. */
  static open(service: Service, subscription: string, settings: Request = {}): Stream {
    return new Stream(service, { subscription, streamAckDeadlineSeconds: 60, ...settings })
  }

  send(request: Request): void {
    this.#call.write(request)
  }

  async receive(count: number): Promise<Received[]> {
    await this.#until(`${count} messages come on the stream`, () => this.#received.length >= count)
    return this.#received.splice(0, count)
  }

  /** What has come until now. */
  takeAll(): Received[] {
    return this.#received.splice(0)
  }

  async receiveOne(): Promise<Received> {
    const [received] = await this.receive(1)
    assert(received)
    return received
  }

  async receiveNothing(ms = QUIET_MS): Promise<void> {
    await quiet(ms)
    if (this.#error) throw this.#error
    assert.deepEqual(texts(this.#received), [], 'a message came that should not')
  }

  /** Resolves when a response passes. */
  async response(what: string, passes: (response: Response) => boolean): Promise<void> {
    await this.#until(what, () => this.responses.some(passes))
  }

  /** Waits for the stream to be ended with this code. */
  async expectRefusal(code: status): Promise<void> {
    await until(`the stream ends with ${status[code]}`, () => this.#error !== undefined, this.#seconds)
    assert.equal(status[this.#error?.code ?? 0], status[code], this.#error?.message)
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    await until(what, () => this.#error !== undefined || holds(), this.#seconds)
    if (!holds()) throw this.#error ?? new Error(what)
  }
}
