import type { Clock } from './clock.ts'
import { toWire } from './message.ts'
import type { Lease } from './ordering.ts'
import type { Subscription } from './subscription.ts'
import type { ReceivedMessage } from './wire.ts'

// The service may return fewer than asked for (google.pubsub.v1 PullResponse).
const MAX_BATCH = 1_000
// "A bounded amount of time" (PullRequest.return_immediately), well inside the client's timeout of 60 s.
const LONG_POLL_MS = 20_000

/**
 * Up to `maxMessages` messages, at least one unless the wait ends first. `onCancelled` is given what to call when the
 * caller has gone, so that no message is leased to nobody. Rejects when the subscription is deleted or detached.
 */
export function pull(
  subscription: Subscription,
  maxMessages: number,
  clock: Clock,
  onCancelled: (cancel: () => void) => void,
): Promise<ReceivedMessage[]> {
  const take = () => takeBatch(subscription, maxMessages)
  const ready = take()
  if (ready.length > 0) return Promise.resolve(ready)
  return new Promise((resolve, reject) => {
    const end = () => {
      removeConsumer()
      clock.clearTimer(timer)
    }
    const finish = (messages: ReceivedMessage[]) => {
      end()
      resolve(messages)
    }
    const timer = clock.setTimer(LONG_POLL_MS, () => finish([]))
    const removeConsumer = subscription.delivery.addConsumer({
      wake() {
        const messages = take()
        if (messages.length > 0) finish(messages)
      },
      closed(reason) {
        end()
        reject(reason)
      },
    })
    onCancelled(() => finish([]))
  })
}

/** Leases what is ready now. */
export function takeBatch(subscription: Subscription, maxMessages: number): ReceivedMessage[] {
  const leases = subscription.delivery.take(Math.min(maxMessages, MAX_BATCH), subscription.ackDeadlineMs)
  return leases.map(lease => toReceived(subscription, lease))
}

/** A leased message as pull and streaming pull carry it. */
export function toReceived(subscription: Subscription, { ackId, copy }: Lease): ReceivedMessage {
  return {
    ackId,
    message: toWire(copy.message),
    deliveryAttempt: subscription.deliveryAttempt(copy.failures) ?? 0,
  }
}
