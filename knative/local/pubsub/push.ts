import type { Lease } from './lease.ts'
import { pushBody } from './push-body.ts'
import { type PushConnections, sendPush } from './push-request.ts'
import type { Subscription } from './subscription.ts'
import type { TokenSigner } from './token.ts'
import type { PushConfig } from './wire.ts'

/** What every push subscription needs from the emulator. */
export type PushMeans = {
  readonly connections: PushConnections
  readonly signer: TokenSigner
  /** Requests in flight at most, per subscription. */
  readonly window: number
}

// As the service presents itself.
const HEADERS = {
  'Content-Type': 'application/json',
  Accept: 'application/json',
  From: 'noreply@google.com',
  'User-Agent': 'CloudPubSub-Google',
}

/**
 * Pushes a subscription's messages to its endpoint, one message a request, as many at once as the window allows. The
 * ack deadline is the request's timeout: when it passes, the lease ends, which aborts the request and is a nack.
 * Returns what stops it; requests in flight still settle their messages.
 */
export function startPush(subscription: Subscription, config: PushConfig, means: PushMeans): () => void {
  const { delivery } = subscription
  const endpoint = new URL(config.pushEndpoint)
  let inFlight = 0

  const push = async (lease: Lease) => {
    inFlight += 1
    let running = true
    let abort = () => {}
    lease.onEnd = () => {
      running = false
      inFlight -= 1
      abort()
      // There may be ready messages that waited for room in the window.
      delivery.wake()
    }
    const headers = await pushHeaders(config, means.signer)
    // The subscription may have been deleted meanwhile.
    if (!running) return
    const { message, failures } = lease.copy
    const body = pushBody(message, subscription.config.name, subscription.deliveryAttempt(failures))
    abort = sendPush(endpoint, means.connections, headers, body, acked => {
      if (acked) delivery.ack(lease)
      else delivery.nack(lease)
    })
  }

  return delivery.addConsumer({
    wake() {
      const room = means.window - inFlight
      // One at a time, so that no key has more than one message in flight.
      for (let taken = 0; taken < room; taken += 1) {
        const [lease] = delivery.take(1, subscription.ackDeadlineMs)
        if (lease === undefined) return
        void push(lease)
      }
    },
    closed() {},
  })
}

async function pushHeaders(config: PushConfig, signer: TokenSigner): Promise<Record<string, string>> {
  if (!config.oidcToken) return HEADERS
  const { audience, serviceAccountEmail } = config.oidcToken
  // The audience defaults to the endpoint (google.pubsub.v1 PushConfig.OidcToken).
  const token = await signer.cachedToken(audience || config.pushEndpoint, serviceAccountEmail)
  return { ...HEADERS, Authorization: `Bearer ${token}` }
}
