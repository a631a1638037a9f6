import { createHash } from 'node:crypto'

/** What an id may have at most, by its schema. */
const MAX_LENGTH = 64

/**
 * An id made from what it stands for, so that what is asked for twice is made once. The name is in it, or its hash where
 * there is no room for it.
 */
export function derivedId(prefix: string, name: string, suffix = ''): string {
  const room = MAX_LENGTH - prefix.length - suffix.length
  const fitting = name.length <= room ? name : createHash('sha256').update(name).digest('hex').slice(0, room)
  return `${prefix}${fitting}${suffix}`
}
