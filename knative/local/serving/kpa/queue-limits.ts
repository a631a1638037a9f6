/** Requests that the activator holds for a revision, before it refuses (knative/serving pkg/activator/net/throttler.go, breakerQueueDepth). */
export const ACTIVATOR_DEPTH = 10_000

/** Queue-proxy lets this many times containerConcurrency wait, and refuses what comes beyond (pkg/queue/sharedmain/main.go, buildBreaker). */
export const QUEUE_FACTOR = 10

/** Up to this containerConcurrency the activator takes the first instance that is free; beyond, the next in turn (throttler.go, newRevisionThrottler). */
export const FIRST_FREE_UP_TO = 3
