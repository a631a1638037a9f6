import { retryTransient } from '../retry/retry-transient.ts'
import { isTransient } from './errors.ts'

/**
 * Does work on the database again while it fails by a fault that passes, for so long; then throws TransientError. Only for
 * what may be done twice. `what` says in the log what could not be done.
 */
export function retry<T>(
  { retrySeconds }: { readonly retrySeconds: number },
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  return retryTransient({ what, deadlineMilliseconds: retrySeconds * 1000, isTransient }, work)
}
