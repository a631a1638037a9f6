import { invalidArgument, outOfBounds } from './service-error.ts'
import type { PageRequest } from './wire.ts'

const DEFAULT_SIZE = 100
const MAX_SIZE = 1_000

/**
 * One page of a listing, in name order. The token is the last name of the page before, so a listing stays right when
 * names come and go between pages. Throws INVALID_ARGUMENT for a size out of bounds or a token that is none.
 */
export function listPage(names: Iterable<string>, { pageSize, pageToken }: PageRequest) {
  if (pageSize < 0 || pageSize > MAX_SIZE) throw outOfBounds('page_size', `${pageSize}`, '0', `${MAX_SIZE}`)
  const after = Buffer.from(pageToken, 'base64url').toString()
  if (pageToken !== '' && !after.startsWith('projects/')) {
    throw invalidArgument(`Invalid page token given (token=${pageToken}).`)
  }
  const size = pageSize || DEFAULT_SIZE
  const rest = [...names].filter(name => name > after).sort()
  const page = rest.slice(0, size)
  const last = page.at(-1)
  const more = last !== undefined && rest.length > size
  return { names: page, nextPageToken: more ? Buffer.from(last).toString('base64url') : '' }
}
