import { readCursor, writeCursor } from '../../lib/http/cursor.ts'
import type { FieldError } from '../../lib/http/problem.ts'
import { readMoment } from '../../lib/http/read-moment.ts'
import { readTimes } from '../../lib/http/read-range.ts'
import type { DecisionPlace, DecisionsQuery } from '../../lib/mysql/find-decisions.ts'
import { validatorOf } from '../../lib/openapi/validator.ts'

const validate = validatorOf('ReplayRequest')

export type ReplayRange = Omit<DecisionsQuery, 'limit'>

/** Reads which results are to be told again, or names each field that is wrong. */
export function parseReplay(
  value: unknown,
): { readonly range: ReplayRange } | { readonly errors: readonly FieldError[] } {
  const wrong = validate(value)
  if (wrong.length > 0) return { errors: wrong }
  const body = value as { from: string; to: string; cursor?: string }
  const { times, errors } = readTimes(body)
  const { from, to } = times
  const after = body.cursor === undefined ? undefined : readPlace(body.cursor)
  if (body.cursor !== undefined && after === undefined) {
    errors.push({ field: 'cursor', message: 'must be the nextCursor of the call before' })
  }
  if (from === undefined || to === undefined || errors.length > 0) return { errors }
  return { range: { from, to, after } }
}

export function writePlace({ decidedAt, seq }: DecisionPlace): string {
  return writeCursor('results', `${decidedAt.toISOString()}/${seq}`)
}

function readPlace(cursor: string): DecisionPlace | undefined {
  const [, moment = '', seq] = /^(\S{24})\/(\d{1,15})$/.exec(readCursor('results', cursor) ?? '') ?? []
  const decidedAt = readMoment(moment)
  return decidedAt && { decidedAt, seq: Number(seq) }
}
