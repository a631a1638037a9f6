import { applyMask, type UpdateKind } from './field-mask.ts'
import { checkName } from './resource-name.ts'
import { invalidArgument } from './service-error.ts'
import type { Store } from './store.ts'
import type { Subscription } from './subscription.ts'
import { checkSubscription } from './subscription-config.ts'
import type * as wire from './wire.ts'

const DURATION = { seconds: 0, nanos: 0 }

const UPDATE: UpdateKind = {
  request: 'UpdateSubscriptionRequest',
  resource: 'Subscription',
  fields: {
    push_config: {
      push_endpoint: '',
      oidc_token: { service_account_email: '', audience: '' },
      no_wrapper: { write_metadata: false },
      attributes: {},
    },
    bigquery_config: true,
    cloud_storage_config: true,
    bigtable_config: true,
    ack_deadline_seconds: true,
    retain_acked_messages: true,
    message_retention_duration: DURATION,
    labels: true,
    expiration_policy: { ttl: DURATION },
    dead_letter_policy: { dead_letter_topic: '', max_delivery_attempts: 0 },
    retry_policy: { minimum_backoff: DURATION, maximum_backoff: DURATION },
    enable_exactly_once_delivery: true,
    message_transforms: true,
    name: false,
    topic: false,
    enable_message_ordering: false,
    filter: false,
    detached: false,
    tags: false,
  },
}

/** Changes the fields the mask names, checked as at creation; returns the result. Throws INVALID_ARGUMENT, NOT_FOUND. */
export function updateSubscription(
  store: Store,
  {
    subscription: wanted,
    updateMask,
  }: { subscription: wire.Subscription | null; updateMask: wire.FieldMask | null },
): wire.Subscription {
  if (wanted === null) throw invalidArgument('The subscription is missing.')
  checkName(wanted.name, 'subscriptions')
  const subscription = store.subscription(wanted.name)
  changeSubscription(store, subscription, applyMask(subscription.config, wanted, updateMask, UPDATE))
  return subscription.describe()
}

/** Gives it a configuration that is checked here, for deliveries from now on. Throws INVALID_ARGUMENT, NOT_FOUND. */
export function changeSubscription(store: Store, subscription: Subscription, next: wire.Subscription): void {
  const { topic } = next
  // A deleted topic's name would not pass the check, and a subscription without topic may still be updated.
  const checked = checkSubscription({ ...next, topic: 'projects/any/topics/any' })
  store.updateSubscription(subscription, { ...checked, topic })
}
