import fc from 'fast-check'
import { seconds } from '../../../../../knative/local/pubsub/duration.ts'
import { checkSubscription } from '../../../../../knative/local/pubsub/subscription-config.ts'
import type { Duration, PushConfig, Subscription, Topic } from '../../../../../knative/local/pubsub/wire.ts'

export const TOPIC = 'projects/settle/topics/pending'
export const DEAD_TOPIC = 'projects/settle/topics/dead'

/** What a subscription is like, drawn at random; seconds unless named otherwise. */
export type Setting = {
  readonly mode: 'pull' | 'push' | 'exactly-once'
  readonly ordered: boolean
  readonly ackDeadline: number
  /** The shortest and the longest back-off. */
  readonly retry: readonly [minimum: number, maximum: number] | null
  readonly maxDeliveryAttempts: number | null
  readonly retainAcked: boolean
  readonly retention: number
  /** Zero when the topic retains nothing. */
  readonly topicRetention: number
  readonly maxWindow: number
  readonly slowStart: boolean
  readonly backoff: boolean
}

export const setting: fc.Arbitrary<Setting> = fc.record({
  mode: fc.constantFrom('push', 'pull', 'exactly-once'),
  ordered: fc.constantFrom(true, true, false),
  ackDeadline: fc.constantFrom(10, 60),
  retry: fc.constantFrom(null, null, [1, 4] as const, [10, 600] as const, [300, 600] as const),
  maxDeliveryAttempts: fc.constantFrom(null, 5, 5, 6),
  retainAcked: fc.boolean(),
  retention: fc.constantFrom(600, 600, 1_800),
  topicRetention: fc.constantFrom(0, 0, 600, 1_200),
  maxWindow: fc.constantFrom(1, 2, 5, 1_000),
  slowStart: fc.boolean(),
  backoff: fc.boolean(),
})

/**
 * Half a millisecond is added to a retention: everything else happens at whole ones, so that no message ends at the very
 * moment of another event, when either may come first.
 */
export function retentionMs(retention: number): number {
  return retention === 0 ? 0 : retention * 1_000 + 0.5
}

function retentionOf(retention: number): Duration {
  return { seconds: retention, nanos: 500_000 }
}

export function pushTo(endpoint: string | null): PushConfig | null {
  return endpoint === null ? null : { pushEndpoint: `http://127.0.0.1/${endpoint}`, attributes: {} }
}

export function topicOf(name: string, retention: number): Topic {
  const messageRetentionDuration = retention === 0 ? null : retentionOf(retention)
  const rest = { schemaSettings: null, ingestionDataSourceSettings: null, messageTransforms: [] }
  return { name, labels: {}, messageRetentionDuration, ...rest }
}

export function subscriptionOf(name: string, topic: string, given: Partial<Subscription>): Subscription {
  return checkSubscription({
    name,
    topic,
    pushConfig: null,
    bigqueryConfig: null,
    cloudStorageConfig: null,
    bigtableConfig: null,
    ackDeadlineSeconds: 10,
    retainAckedMessages: false,
    messageRetentionDuration: null,
    labels: {},
    enableMessageOrdering: false,
    expirationPolicy: null,
    filter: '',
    deadLetterPolicy: null,
    retryPolicy: null,
    enableExactlyOnceDelivery: false,
    detached: false,
    topicMessageRetentionDuration: null,
    state: '',
    messageTransforms: [],
    ...given,
  })
}

/** The subscription that a setting describes. */
export function configOf(name: string, drawn: Setting): Subscription {
  const { retry, maxDeliveryAttempts } = drawn
  return subscriptionOf(name, TOPIC, {
    pushConfig: pushTo(drawn.mode === 'push' ? 'one' : null),
    ackDeadlineSeconds: drawn.ackDeadline,
    retainAckedMessages: drawn.retainAcked,
    messageRetentionDuration: retentionOf(drawn.retention),
    enableMessageOrdering: drawn.ordered,
    enableExactlyOnceDelivery: drawn.mode === 'exactly-once',
    retryPolicy: retry && { minimumBackoff: seconds(retry[0]), maximumBackoff: seconds(retry[1]) },
    deadLetterPolicy: maxDeliveryAttempts ? { deadLetterTopic: DEAD_TOPIC, maxDeliveryAttempts } : null,
  })
}
