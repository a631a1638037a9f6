import type { Caller } from '../../lib/auth/caller.ts'
import { uuidOf } from '../../lib/openapi/derived-id.ts'

/**
 * The id of what a caller has not named but by an idempotency key: the same for the same key, so that a request that is
 * sent again makes nothing twice. A caller's keys are its own. Undefined without a key.
 */
export function newIdFor(
  what: 'account' | 'user',
  { id }: Caller,
  key: string | undefined,
): string | undefined {
  // The key has no space in it, so no two callers' keys read the same.
  return key === undefined ? undefined : uuidOf(`${what} ${key} ${id}`)
}
