import { type ListName, readCursor } from './cursor.ts'
import type { FieldError } from './problem.ts'
import { NO_MOMENT, readMoment } from './read-moment.ts'

type Given = {
  readonly cursor: string | undefined
  readonly from: string | undefined
  readonly to: string | undefined
}

/** Which part of a list is asked for: only what lies before a key, and only what was there from a moment to another. */
export type Range = {
  readonly beforeKey: number | undefined
  readonly from: Date | undefined
  readonly to: Date | undefined
}

/** Reads the part of a list whose keys are numbers and that is read backwards; or names each parameter that is wrong. */
export function readRange(
  list: ListName,
  given: Given,
): { readonly range: Range } | { readonly errors: readonly FieldError[] } {
  const key = given.cursor === undefined ? undefined : (readCursor(list, given.cursor) ?? '')
  const from = given.from === undefined ? undefined : readMoment(given.from)
  const to = given.to === undefined ? undefined : readMoment(given.to)
  const errors: FieldError[] = []
  if (key !== undefined && !/^\d{1,15}$/.test(key)) {
    errors.push({ field: 'cursor', message: 'must be the nextCursor of the page before' })
  }
  if (given.from !== undefined && from === undefined) errors.push({ field: 'from', message: NO_MOMENT })
  if (given.to !== undefined && to === undefined) errors.push({ field: 'to', message: NO_MOMENT })
  if (from !== undefined && to !== undefined && from >= to) {
    errors.push({ field: 'to', message: 'must be later than from' })
  }
  if (errors.length > 0) return { errors }
  return { range: { beforeKey: key === undefined ? undefined : Number(key), from, to } }
}
