import { outOfBounds } from './service-error.ts'
import type { Duration } from './wire.ts'

/** A protobuf Duration as milliseconds. */
export function durationMs(duration: Duration): number {
  return duration.seconds * 1_000 + duration.nanos / 1e6
}

/** A protobuf Duration of whole seconds. */
export function seconds(count: number): Duration {
  return { seconds: count, nanos: 0 }
}

/** Throws INVALID_ARGUMENT unless `duration` lies between the bounds, both included. */
export function checkDuration(
  field: string,
  duration: Duration,
  { minSeconds, maxSeconds }: { minSeconds: number; maxSeconds: number },
): void {
  const length = durationMs(duration) / 1_000
  if (length < minSeconds || length > maxSeconds) {
    throw outOfBounds(field, `${length}s`, `${minSeconds}s`, `${maxSeconds}s`)
  }
}
