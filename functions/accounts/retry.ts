import { isTransient } from '../../lib/mysql/errors.ts'
import { retryTransient } from '../../lib/retry/retry-transient.ts'
import type { AccountParts } from './account-parts.ts'

/** Does work on the database again while it fails by a passing fault. Only for what may be done twice. */
export function retry<T>({ retrySeconds }: AccountParts, work: () => Promise<T>): Promise<T> {
  return retryTransient({ what: 'accounts', deadlineMilliseconds: retrySeconds * 1000, isTransient }, work)
}
