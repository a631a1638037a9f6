import type { Clock } from './clock.ts'
import type { Store } from './store.ts'

/** What the status page says of one subscription. */
export type SubscriptionStatus = {
  topic: string
  pushEndpoint: string | null
  ordered: boolean
  /** Messages not yet acknowledged, those in flight included. */
  backlog: number
  inFlight: number
  oldestUnackedAgeSeconds: number
}

export type Page = { topics: Record<string, string[]>; subscriptions: Record<string, SubscriptionStatus> }

/** Topics with their subscriptions, and how far behind each subscription is. */
export function page(store: Store, clock: Clock): Page {
  const topics = [...store.topics].map(
    ([name, { subscriptions }]) => [name, [...subscriptions].map(({ config }) => config.name)] as const,
  )
  const subscriptions = [...store.subscriptions].map(([name, { config, delivery }]) => {
    const oldest = delivery.oldestPublishTimeMs()
    const status: SubscriptionStatus = {
      topic: config.topic,
      pushEndpoint: config.pushConfig?.pushEndpoint ?? null,
      ordered: config.enableMessageOrdering,
      backlog: delivery.backlog,
      inFlight: delivery.inFlight,
      oldestUnackedAgeSeconds: oldest === undefined ? 0 : (clock.now() - oldest) / 1_000,
    }
    return [name, status] as const
  })
  return { topics: Object.fromEntries(topics), subscriptions: Object.fromEntries(subscriptions) }
}
