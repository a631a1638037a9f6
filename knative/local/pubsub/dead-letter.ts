import type { Message, MessageDraft } from './message.ts'
import { splitName } from './resource-name.ts'
import type { DeadLetterPolicy } from './wire.ts'

/** True when a message that failed this often is to leave the subscription. Attempts are 1 + failures. */
export function isExhausted(policy: DeadLetterPolicy | null, failures: number): policy is DeadLetterPolicy {
  return policy !== null && failures >= policy.maxDeliveryAttempts
}

/**
 * The message as it goes to the dead-letter topic: same data and ordering key, and the attributes the service adds.
 * The time keeps the service's form, milliseconds and `+00:00` (docs.cloud.google.com/pubsub/docs/dead-letter-topics).
 */
export function toDeadLetter(message: Message, subscription: string, deliveries: number): MessageDraft {
  const { project, identifier } = splitName(subscription)
  return {
    data: message.data,
    orderingKey: message.orderingKey,
    attributes: {
      ...message.attributes,
      CloudPubSubDeadLetterSourceDeliveryCount: String(deliveries),
      CloudPubSubDeadLetterSourceSubscription: identifier,
      CloudPubSubDeadLetterSourceSubscriptionProject: project,
      CloudPubSubDeadLetterSourceTopicPublishTime: new Date(message.publishTimeMs)
        .toISOString()
        .replace('Z', '+00:00'),
    },
  }
}
