import { writeCursor } from '../../lib/http/cursor.ts'
import { cutPage } from '../../lib/http/cut-page.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { type FieldError, invalidRequest } from '../../lib/http/problem.ts'
import { readQuery } from '../../lib/http/read-query.ts'
import { readRange } from '../../lib/http/read-range.ts'
import type { DeadLetterState } from '../../lib/mysql/dead-letter-record.ts'
import { type DeadLetterQuery, findDeadLetters } from '../../lib/mysql/find-dead-letters.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { deadLetterView } from '../../lib/views/dead-letter-view.ts'
import type { RouteParts } from './route-parts.ts'

const PARAMETERS = {
  cursor: { schema: 'Cursor', as: 'text' },
  limit: { schema: 'PageSize', as: 'integer' },
  from: { schema: 'Timestamp', as: 'text' },
  to: { schema: 'Timestamp', as: 'text' },
  reason: { schema: 'DeadLetterReason', as: 'text' },
  source: { schema: 'DeadLetterSource', as: 'text' },
  state: { schema: 'DeadLetterState', as: 'text' },
  transactionId: { schema: 'Id', as: 'text' },
} as const

/** Lists dead letters, the newest first. */
export async function listDeadLetters(parts: RouteParts, request: HttpRequest): Promise<HttpResponse> {
  const read = readDeadLetterQuery(request.query)
  if ('errors' in read) return invalidRequest(read.errors)
  const size = read.query.limit
  const letters = await retry(parts, 'list dead letters', () =>
    findDeadLetters(parts.db, { ...read.query, limit: size + 1 }),
  )
  const { rows, last } = cutPage(letters, size)
  const nextCursor = last && writeCursor('dead-letters', String(last.deadLetterId))
  return { status: 200, body: { deadLetters: rows.map(deadLetterView), nextCursor } }
}

function readDeadLetterQuery(
  search: URLSearchParams,
): { query: DeadLetterQuery } | { errors: readonly FieldError[] } {
  const read = readQuery(search, PARAMETERS)
  if ('errors' in read) return read
  const { limit = 20, reason, source, state, transactionId } = read.query
  const part = readRange('dead-letters', read.query)
  if ('errors' in part) return part
  const { beforeKey: beforeId, ...times } = part.range
  const filters = { reason, source, transactionId, state: state as DeadLetterState | undefined }
  return { query: { ...filters, ...times, beforeId, limit } }
}
