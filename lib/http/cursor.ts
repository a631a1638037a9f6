import type { FieldError } from './problem.ts'

/** A list that is read page by page; a cursor of one is refused by the others. */
export type ListName = 'accounts' | 'dead-letters' | 'history' | 'results' | 'users'

/**
 * Says where the next page begins: after this key, which the row keeps for ever. So no row that is there throughout
 * is left out or comes twice, whatever is inserted meanwhile. Callers hand it back as it is.
 */
export function writeCursor(list: ListName, lastKey: string): string {
  return Buffer.from(`${list} ${lastKey}`).toString('base64url')
}

/** The key behind which the page begins; undefined if the cursor is not of this list. */
export function readCursor(list: ListName, cursor: string): string | undefined {
  const [name, key = ''] = Buffer.from(cursor, 'base64url').toString().split(' ', 2)
  // Written again and compared: base64 has many spellings of one text, and only ours came from us.
  return name === list && writeCursor(list, key) === cursor ? key : undefined
}

/** What to say of a cursor that is not of this list. */
export const NO_CURSOR: FieldError = { field: 'cursor', message: 'must be the nextCursor of the page before' }
