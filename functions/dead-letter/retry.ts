import { isTransient } from '../../lib/mysql/errors.ts'
import { retryTransient } from '../../lib/retry/retry-transient.ts'

/** Does work on the database again while it fails by a passing fault. Only for what may be done twice. */
export function retry<T>(
  { retrySeconds }: { readonly retrySeconds: number },
  work: () => Promise<T>,
): Promise<T> {
  const options = { what: 'dead letters', deadlineMilliseconds: retrySeconds * 1000, isTransient }
  return retryTransient(options, work)
}
