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

/** The UUID that a name is given, always the same (version 8 of RFC 9562: of our own making). */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
