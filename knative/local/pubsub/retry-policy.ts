import { durationMs } from './duration.ts'
import type { RetryPolicy } from './wire.ts'

// google.pubsub.v1 RetryPolicy.
const DEFAULT_MINIMUM_MS = 10_000
const DEFAULT_MAXIMUM_MS = 600_000

/**
 * How long a message waits after its `failures`-th nack or missed deadline: the minimum, doubled for each failure
 * before, up to the maximum. Without a policy it is redelivered at once.
 */
export function backoffMs(policy: RetryPolicy | null, failures: number): number {
  if (policy === null) return 0
  const minimum = policy.minimumBackoff ? durationMs(policy.minimumBackoff) : DEFAULT_MINIMUM_MS
  const maximum = policy.maximumBackoff ? durationMs(policy.maximumBackoff) : DEFAULT_MAXIMUM_MS
  // Bounded, as a minimum of zero times infinity is not a number; 2 ** 30 ms are past any maximum.
  return Math.min(minimum * 2 ** Math.min(failures - 1, 30), maximum)
}
