import { type ListName, readCursor } from '../../lib/http/cursor.ts'
import { isId } from '../../lib/openapi/is-id.ts'

/** The id behind which a page begins, the empty one for the first; undefined if the cursor is not of this list. */
export function readAfterId(list: ListName, cursor: string | undefined): string | undefined {
  const id = cursor === undefined ? '' : readCursor(list, cursor)
  return id === undefined || id === '' || isId(id) ? id : undefined
}
