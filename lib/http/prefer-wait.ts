import type { HttpRequest } from './message.ts'

/** Longer than this nobody is kept waiting: load balancers and callers give up at about a minute. */
const MAX_WAIT_SECONDS = 30

/**
 * The seconds of `Prefer: wait=N` (RFC 7240, section 4.3), at most 30; undefined without such a preference, or for one
 * that is malformed, which is ignored like any that is not understood.
 */
export function preferredWaitSeconds({ headers }: Pick<HttpRequest, 'headers'>): number | undefined {
  const given = headers['prefer']
  const preferences = (Array.isArray(given) ? given : [given ?? '']).flatMap(line => line.split(','))
  for (const preference of preferences) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? []
    if (seconds !== undefined) return Math.min(Number(seconds), MAX_WAIT_SECONDS)
  }
  return undefined
}
