import { type ListName, NO_CURSOR, readCursor } from './cursor.ts'
import type { FieldError } from './problem.ts'
import { NO_MOMENT, readMoment } from './read-moment.ts'

type GivenTimes = { readonly from: string | undefined; readonly to: string | undefined }

/** What was there from a moment to another. */
export type Times = { readonly from: Date | undefined; readonly to: Date | undefined }

/** Which part of a list is asked for: only what lies before a key, and only what was there then. */
export type Range = Times & { readonly beforeKey: number | undefined }

/** Reads the part of a list whose keys are numbers and that is read backwards; or names each parameter that is wrong. */
export function readRange(
  list: ListName,
  given: GivenTimes & { readonly cursor: string | undefined },
): { readonly range: Range } | { readonly errors: readonly FieldError[] } {
  const key = given.cursor === undefined ? undefined : (readCursor(list, given.cursor) ?? '')
  const { times, errors: timeErrors } = readTimes(given)
  const isKey = key === undefined || /^\d{1,15}$/.test(key)
  const cursorErrors = isKey ? [] : [NO_CURSOR]
  const errors = [...cursorErrors, ...timeErrors]
  if (errors.length > 0) return { errors }
  return { range: { beforeKey: key === undefined ? undefined : Number(key), ...times } }
}

/** Reads `from` and `to`, each of which may be missing, and names each that is wrong. */
export function readTimes(given: GivenTimes): { readonly times: Times; readonly errors: FieldError[] } {
  const from = given.from === undefined ? undefined : readMoment(given.from)
  const to = given.to === undefined ? undefined : readMoment(given.to)
  const errors: FieldError[] = []
  if (given.from !== undefined && from === undefined) errors.push({ field: 'from', message: NO_MOMENT })
  if (given.to !== undefined && to === undefined) errors.push({ field: 'to', message: NO_MOMENT })
  if (from !== undefined && to !== undefined && from >= to) {
    errors.push({ field: 'to', message: 'must be later than from' })
  }
  return { times: { from, to }, errors }
}
