import type { RunningFault } from './faults.ts'
import type { Store } from './store.ts'
import type { Subscription } from './subscription.ts'

/** What the status page says of one subscription. */
export type SubscriptionStatus = {
  topic: string
  pushEndpoint: string | null
  ordered: boolean
  /** Messages not yet acknowledged, those in flight included. */
  backlog: number
  inFlight: number
  oldestUnackedAgeSeconds: number
  /** How many pushes may be in flight now; null for pull. */
  pushWindow: number | null
  /** How long the push back-off holds everything back; null for pull. */
  pushPausedForSeconds: number | null
}

export type Page = {
  /** What of the service's behaviour was switched off. */
  switchedOff: string[]
  topics: Record<string, string[]>
  subscriptions: Record<string, SubscriptionStatus>
  faults: RunningFault[]
}

/** Topics with their subscriptions, how far behind each subscription is, and the faults that were ordered. */
export function page(store: Store): Page {
  const { backoff, slowStart } = store.push
  return {
    switchedOff: [...(backoff ? [] : ['push back-off']), ...(slowStart ? [] : ['push slow start'])],
    topics: Object.fromEntries(
      [...store.topics].map(([name, { subscriptions }]) => [
        name,
        [...subscriptions].map(({ config }) => config.name),
      ]),
    ),
    subscriptions: Object.fromEntries(
      [...store.subscriptions].map(([name, subscription]) => [
        name,
        statusOf(subscription, store.clock.now()),
      ]),
    ),
    faults: store.faults.list(),
  }
}

function statusOf({ config, delivery, push }: Subscription, nowMs: number): SubscriptionStatus {
  const oldest = delivery.oldestPublishTimeMs()
  return {
    topic: config.topic,
    pushEndpoint: config.pushConfig?.pushEndpoint ?? null,
    ordered: config.enableMessageOrdering,
    backlog: delivery.backlog,
    inFlight: delivery.inFlight,
    oldestUnackedAgeSeconds: oldest === undefined ? 0 : (nowMs - oldest) / 1_000,
    pushWindow: push?.window ?? null,
    pushPausedForSeconds: push ? push.pausedForMs / 1_000 : null,
  }
}
