import { checkDuration, durationMs, seconds } from './duration.ts'
import { checkName } from './resource-name.ts'
import { invalidArgument, unimplemented } from './service-error.ts'
import type { DeadLetterPolicy, PushConfig, RetryPolicy, Subscription } from './wire.ts'

// Limits and defaults: google.pubsub.v1 Subscription, RetryPolicy and DeadLetterPolicy.
const DAY = 86_400
const DEFAULT_ACK_DEADLINE = 10
const MAX_DURATION = Number.MAX_SAFE_INTEGER

/** The settings UpdateSubscription may change; the rest is fixed at creation. */
export const UPDATABLE = {
  push_config: 'pushConfig',
  ack_deadline_seconds: 'ackDeadlineSeconds',
  retry_policy: 'retryPolicy',
  dead_letter_policy: 'deadLetterPolicy',
  retain_acked_messages: 'retainAckedMessages',
  message_retention_duration: 'messageRetentionDuration',
  expiration_policy: 'expirationPolicy',
  labels: 'labels',
} as const satisfies Record<string, keyof Subscription>

/**
 * The subscription with the service's defaults filled in. Throws INVALID_ARGUMENT for what the service refuses, and
 * UNIMPLEMENTED for what it does and the emulator does not.
 */
export function checkSubscription(wire: Subscription): Subscription {
  checkName(wire.name, 'subscriptions')
  checkName(wire.topic, 'topics')
  refuseUnsupported(wire)
  if (wire.messageRetentionDuration) {
    checkDuration('message_retention_duration', wire.messageRetentionDuration, 600, 31 * DAY)
  }
  if (wire.expirationPolicy?.ttl) {
    checkDuration('expiration_policy.ttl', wire.expirationPolicy.ttl, DAY, MAX_DURATION)
  }
  return {
    ...wire,
    pushConfig: checkPushConfig(wire.pushConfig),
    ackDeadlineSeconds: checkAckDeadline(wire.ackDeadlineSeconds || DEFAULT_ACK_DEADLINE),
    messageRetentionDuration: wire.messageRetentionDuration ?? seconds(7 * DAY),
    expirationPolicy: wire.expirationPolicy ?? { ttl: seconds(31 * DAY) },
    deadLetterPolicy: checkDeadLetterPolicy(wire.deadLetterPolicy),
    retryPolicy: checkRetryPolicy(wire.retryPolicy),
    state: 'ACTIVE',
  }
}

/** Throws INVALID_ARGUMENT unless 10 to 600 seconds. */
export function checkAckDeadline(deadlineSeconds: number): number {
  if (deadlineSeconds < 10 || deadlineSeconds > 600) {
    throw invalidArgument(
      `Invalid ack deadline given: (ack_deadline=${deadlineSeconds}). The value must be between 10 and 600 seconds.`,
    )
  }
  return deadlineSeconds
}

/** Null for pull, which an empty push configuration means too. Plain http is allowed, unlike in the service. */
export function checkPushConfig(push: PushConfig | null): PushConfig | null {
  if (push === null || push.pushEndpoint === '') return null
  if (push.noWrapper) throw unimplemented('push_config.no_wrapper')
  const url = URL.canParse(push.pushEndpoint) ? new URL(push.pushEndpoint) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw invalidArgument(`Invalid push endpoint given (endpoint=${push.pushEndpoint}).`)
  }
  if (push.oidcToken && push.oidcToken.serviceAccountEmail === '') {
    throw invalidArgument('Invalid push_config.oidc_token: service_account_email is empty.')
  }
  return push
}

function checkDeadLetterPolicy(policy: DeadLetterPolicy | null): DeadLetterPolicy | null {
  if (policy === null) return null
  checkName(policy.deadLetterTopic, 'topics')
  const maxDeliveryAttempts = policy.maxDeliveryAttempts || 5
  if (maxDeliveryAttempts < 5 || maxDeliveryAttempts > 100) {
    throw invalidArgument(
      `Invalid max_delivery_attempts: ${maxDeliveryAttempts}. It must be between 5 and 100.`,
    )
  }
  return { deadLetterTopic: policy.deadLetterTopic, maxDeliveryAttempts }
}

function checkRetryPolicy(policy: RetryPolicy | null): RetryPolicy | null {
  if (policy === null) return null
  const minimumBackoff = policy.minimumBackoff ?? seconds(10)
  const maximumBackoff = policy.maximumBackoff ?? seconds(600)
  checkDuration('retry_policy.minimum_backoff', minimumBackoff, 0, 600)
  checkDuration('retry_policy.maximum_backoff', maximumBackoff, 0, 600)
  if (durationMs(minimumBackoff) > durationMs(maximumBackoff)) {
    throw invalidArgument('Invalid retry_policy: minimum_backoff is greater than maximum_backoff.')
  }
  return { minimumBackoff, maximumBackoff }
}

function refuseUnsupported(wire: Subscription): void {
  if (wire.filter !== '') throw unimplemented('filter')
  if (wire.enableExactlyOnceDelivery) throw unimplemented('enable_exactly_once_delivery')
  if (wire.bigqueryConfig) throw unimplemented('bigquery_config')
  if (wire.cloudStorageConfig) throw unimplemented('cloud_storage_config')
  if (wire.bigtableConfig) throw unimplemented('bigtable_config')
  if (wire.messageTransforms.length > 0) throw unimplemented('message_transforms')
}
