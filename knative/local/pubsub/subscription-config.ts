import { checkDuration, durationMs, seconds } from './duration.ts'
import { parseFilter } from './filter.ts'
import { checkLabels } from './labels.ts'
import { checkPushConfig } from './push-config.ts'
import { checkName } from './resource-name.ts'
import { invalidArgument, unimplemented } from './service-error.ts'
import type { DeadLetterPolicy, Duration, RetryPolicy, Subscription } from './wire.ts'

// Limits and defaults: google.pubsub.v1 Subscription, RetryPolicy and DeadLetterPolicy.
const DAY = 86_400
const DEFAULT_ACK_DEADLINE = 10
const RETENTION = { minSeconds: 600, maxSeconds: 31 * DAY }
const EXPIRATION = { minSeconds: DAY, maxSeconds: Number.MAX_SAFE_INTEGER }
const BACKOFF = { minSeconds: 0, maxSeconds: 600 }

/**
 * The subscription with the service's defaults filled in. Throws INVALID_ARGUMENT for what the service refuses, and
 * UNIMPLEMENTED for what it does and the emulator does not.
 */
export function checkSubscription(wire: Subscription): Subscription {
  checkName(wire.name, 'subscriptions')
  checkName(wire.topic, 'topics')
  checkLabels(wire.labels)
  parseFilter(wire.filter)
  refuseUnsupported(wire)
  const pushConfig = checkPushConfig(wire.pushConfig)
  if (pushConfig && wire.enableExactlyOnceDelivery) {
    throw invalidArgument('Exactly-once delivery is not supported for push subscriptions.')
  }
  const expirationPolicy = wire.expirationPolicy ?? { ttl: seconds(31 * DAY) }
  return {
    ...wire,
    pushConfig,
    ackDeadlineSeconds: checkAckDeadline(wire.ackDeadlineSeconds || DEFAULT_ACK_DEADLINE),
    messageRetentionDuration: checkRetention(wire.messageRetentionDuration, expirationPolicy.ttl),
    expirationPolicy,
    deadLetterPolicy: checkDeadLetterPolicy(wire.deadLetterPolicy),
    retryPolicy: checkRetryPolicy(wire.retryPolicy),
    state: 'ACTIVE',
  }
}

/** Throws INVALID_ARGUMENT unless 10 to 600 seconds. */
export function checkAckDeadline(deadlineSeconds: number): number {
  return checkDeadline(deadlineSeconds, 10)
}

/** Throws INVALID_ARGUMENT unless 0 to 600 seconds. */
export function checkModifiedDeadline(deadlineSeconds: number): number {
  return checkDeadline(deadlineSeconds, 0)
}

function checkDeadline(deadlineSeconds: number, min: number): number {
  if (deadlineSeconds < min || deadlineSeconds > 600) {
    throw invalidArgument(
      `Invalid ack deadline given (ack_deadline=${deadlineSeconds}). The ack deadline must be between ${min} and 600 seconds.`,
    )
  }
  return deadlineSeconds
}

function checkRetention(retention: Duration | null, ttl: Duration | null): Duration {
  if (ttl) checkDuration('expiration duration', ttl, EXPIRATION)
  const longestMs = ttl ? durationMs(ttl) : Infinity
  if (retention === null) return seconds(Math.min(7 * DAY, longestMs / 1_000))
  checkDuration('message retention duration', retention, RETENTION)
  if (durationMs(retention) > longestMs) {
    throw invalidArgument(
      `The subscription's message retention duration (${durationMs(retention) / 1_000} seconds) cannot be greater than the TTL in the subscription's expiration policy (${longestMs / 1_000} seconds), since messages cannot be retained past subscription expiration.`,
    )
  }
  return retention
}

function checkDeadLetterPolicy(policy: DeadLetterPolicy | null): DeadLetterPolicy | null {
  if (policy === null) return null
  checkName(policy.deadLetterTopic, 'topics')
  const attempts = policy.maxDeliveryAttempts || 5
  if (attempts < 5 || attempts > 100) {
    const [fault, bound] = attempts < 5 ? ['small', 'minimum value is 5'] : ['large', 'maximum value is 100']
    throw invalidArgument(
      `The value for max_delivery_attempts is too ${fault}. You passed ${attempts} in the request, but the ${bound}.`,
    )
  }
  return { deadLetterTopic: policy.deadLetterTopic, maxDeliveryAttempts: attempts }
}

function checkRetryPolicy(policy: RetryPolicy | null): RetryPolicy | null {
  if (policy === null) return null
  const minimumBackoff = policy.minimumBackoff ?? seconds(10)
  const maximumBackoff = policy.maximumBackoff ?? seconds(600)
  checkDuration('minimum_backoff', minimumBackoff, BACKOFF)
  checkDuration('maximum_backoff', maximumBackoff, BACKOFF)
  if (durationMs(minimumBackoff) > durationMs(maximumBackoff)) {
    throw invalidArgument(
      `The specified maximum_backoff ${durationMs(maximumBackoff) / 1_000}s cannot be smaller than minimum_backoff ${durationMs(minimumBackoff) / 1_000}s.`,
    )
  }
  return { minimumBackoff, maximumBackoff }
}

function refuseUnsupported(wire: Subscription): void {
  if (wire.bigqueryConfig) throw unimplemented('bigquery_config')
  if (wire.cloudStorageConfig) throw unimplemented('cloud_storage_config')
  if (wire.bigtableConfig) throw unimplemented('bigtable_config')
  if (wire.messageTransforms.length > 0) throw unimplemented('message_transforms')
}
