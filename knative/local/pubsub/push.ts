import type { Clock } from './clock.ts'
import type { Delivery } from './delivery.ts'
import type { Faults } from './faults.ts'
import type { Lease, LeaseEnd } from './ordering.ts'
import { PushBackoff } from './push-backoff.ts'
import { type PushOrigin, type PushPayload, pushPayload } from './push-payload.ts'
import { PushWindow } from './push-window.ts'
import type { TokenSigner } from './token.ts'
import type { PushConfig } from './wire.ts'

/** What every push subscription needs from the emulator. */
export type PushMeans = {
  /** Posts one message and tells `settle` once whether it was acknowledged; returns what aborts it untold. */
  readonly send: (endpoint: URL, payload: PushPayload, settle: (acked: boolean) => void) => () => void
  readonly signer: Pick<TokenSigner, 'cachedToken'>
  /** Requests in flight at most, per subscription. */
  readonly maxWindow: number
  readonly slowStart: boolean
  readonly backoff: boolean
}

/** A subscription, as far as it is pushed. */
export type Pushed = PushOrigin & { readonly delivery: Delivery; readonly ackDeadlineMs: number }

/** What of the emulator a push works with. */
export type PushSurroundings = { readonly clock: Clock; readonly faults: Faults; readonly push: PushMeans }

/**
 * Pushes a subscription's messages to its endpoint, one message a request, as many at once as the window allows. The
 * ack deadline is the request's timeout: when it passes, the lease ends, which aborts the request and is a nack.
 */
export class Push {
  readonly #subscription: Pushed
  readonly #delivery: Delivery
  readonly #config: PushConfig
  readonly #endpoint: URL
  readonly #means: PushMeans
  readonly #faults: Faults
  readonly #window: PushWindow
  readonly #backoff: PushBackoff
  readonly #removeConsumer: () => void
  #inFlight = 0
  #stopped = false

  constructor(subscription: Pushed, config: PushConfig, { clock, faults, push: means }: PushSurroundings) {
    this.#subscription = subscription
    this.#delivery = subscription.delivery
    this.#config = config
    this.#endpoint = new URL(config.pushEndpoint)
    this.#means = means
    this.#faults = faults
    this.#window = new PushWindow({ max: means.maxWindow, slowStart: means.slowStart })
    this.#backoff = new PushBackoff(clock, () => this.#delivery.wake())
    this.#removeConsumer = this.#delivery.addConsumer({ wake: () => this.#fill(), closed: () => {} })
  }

  /** How many requests may be in flight now. */
  get window(): number {
    return this.#window.size
  }

  /** How long the push back-off still holds everything back. */
  get pausedForMs(): number {
    return this.#backoff.pausedForMs
  }

  /** Ends the pushing; requests in flight still settle their messages. */
  stop(): void {
    this.#stopped = true
    this.#backoff.stop()
    this.#removeConsumer()
  }

  #fill(): void {
    if (this.pausedForMs > 0) return
    // One at a time, so that no key has more than one message in flight.
    while (this.#inFlight < this.#window.size) {
      const [lease] = this.#delivery.take(1, this.#subscription.ackDeadlineMs)
      if (lease === undefined) return
      void this.#push(lease)
    }
  }

  async #push(lease: Lease): Promise<void> {
    this.#inFlight += 1
    const request = { over: false, abort: () => {} }
    lease.onEnd = how => {
      request.over = true
      request.abort()
      this.#onEnd(how)
    }
    const payload = await this.#authorize(pushPayload(this.#subscription, this.#config, lease.copy))
    // The subscription may have been deleted meanwhile.
    if (request.over) return
    request.abort = this.#means.send(this.#endpoint, payload, acked => {
      if (acked && !this.#faults.cuts(this.#subscription.config.name)) this.#delivery.ack(lease)
      else this.#delivery.nack(lease)
    })
  }

  #onEnd(how: LeaseEnd): void {
    this.#inFlight -= 1
    if (how === 'acked') {
      this.#window.recordAck()
      this.#backoff.recordAck()
    }
    if (how === 'nacked' || how === 'overdue') {
      this.#window.recordFailure()
      if (this.#means.backoff && !this.#stopped) this.#backoff.recordFailure()
    }
    // There may be ready messages that waited for room in the window.
    this.#delivery.wake()
  }

  async #authorize(payload: PushPayload): Promise<PushPayload> {
    const { oidcToken, pushEndpoint } = this.#config
    if (!oidcToken) return payload
    // The audience defaults to the endpoint (google.pubsub.v1 PushConfig.OidcToken).
    const audience = oidcToken.audience || pushEndpoint
    const token = await this.#means.signer.cachedToken(audience, oidcToken.serviceAccountEmail)
    return { ...payload, headers: { ...payload.headers, Authorization: `Bearer ${token}` } }
  }
}
