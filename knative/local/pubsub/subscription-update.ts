import { checkName } from './resource-name.ts'
import { invalidArgument } from './service-error.ts'
import type { Store } from './store.ts'
import { checkSubscription, UPDATABLE } from './subscription-config.ts'
import type { FieldMask, Subscription } from './wire.ts'

/**
 * Changes the fields the mask names, checked as at creation; returns the result. Throws INVALID_ARGUMENT for an empty
 * mask or a field that is fixed at creation (google.pubsub.v1 UpdateSubscriptionRequest), NOT_FOUND.
 */
export function updateSubscription(
  store: Store,
  request: { subscription: Subscription | null; updateMask: FieldMask | null },
): Subscription {
  const wanted = request.subscription
  if (wanted === null) throw invalidArgument('The subscription is missing.')
  checkName(wanted.name, 'subscriptions')
  const subscription = store.subscription(wanted.name)
  const paths = request.updateMask?.paths ?? []
  if (paths.length === 0) throw invalidArgument('The update_mask must be specified and non-empty.')
  const changes = paths.map(path => {
    const field = fieldOf(path)
    return [field, wanted[field]] as const
  })
  const { topic } = subscription.config
  const next: Subscription = { ...subscription.config, ...Object.fromEntries(changes) }
  // A deleted topic's name would not pass the check, and a subscription without topic may still be updated.
  const checked = checkSubscription({ ...next, topic: 'projects/any/topics/any' })
  store.updateSubscription(subscription, { ...checked, topic })
  return subscription.config
}

function fieldOf(path: string): (typeof UPDATABLE)[keyof typeof UPDATABLE] {
  for (const [name, field] of Object.entries(UPDATABLE)) {
    if (name === path) return field
  }
  throw invalidArgument(
    `Invalid update_mask provided in the UpdateSubscriptionRequest: '${path}' is not mutable.`,
  )
}
