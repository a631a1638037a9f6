import { writeCursor } from '../../lib/http/cursor.ts'
import { cutPage } from '../../lib/http/cut-page.ts'
import type { HttpRequest, HttpResponse } from '../../lib/http/message.ts'
import { noAccount } from '../../lib/http/not-found.ts'
import { type FieldError, invalidRequest } from '../../lib/http/problem.ts'
import { readQuery } from '../../lib/http/read-query.ts'
import { readRange } from '../../lib/http/read-range.ts'
import type { TransactionStatus } from '../../lib/ledger/transaction.ts'
import { findAccount } from '../../lib/mysql/find-account.ts'
import { findHistory, type HistoryQuery } from '../../lib/mysql/find-history.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { historyView } from '../../lib/views/history-view.ts'
import type { AccountParts } from './account-parts.ts'

const PARAMETERS = {
  cursor: { schema: 'Cursor', as: 'text' },
  limit: { schema: 'PageSize', as: 'integer' },
  from: { schema: 'Timestamp', as: 'text' },
  to: { schema: 'Timestamp', as: 'text' },
  type: { schema: 'TransactionType', as: 'text' },
  status: { schema: 'Status', as: 'text' },
} as const

/** Lists the transactions of an account, newest accepted first. */
export async function listHistory(parts: AccountParts, request: HttpRequest): Promise<HttpResponse> {
  const { accountId = '' } = request.params
  const read = readHistoryQuery(request.query)
  if ('errors' in read) return invalidRequest(read.errors)
  const account = await retry(parts, 'read account', () => findAccount(parts.db, accountId))
  if (account === undefined) return noAccount(accountId)
  const size = read.query.limit
  const records = await retry(parts, 'list history', () =>
    findHistory(parts.db, { ...read.query, accountId, limit: size + 1 }),
  )
  const { rows, last } = cutPage(records, size)
  const transactions = rows.map(record => historyView(record, accountId))
  const nextCursor = last && writeCursor('history', String(last.seq))
  return { status: 200, body: { accountId, transactions, nextCursor } }
}

function readHistoryQuery(
  search: URLSearchParams,
): { query: Omit<HistoryQuery, 'accountId'> } | { errors: readonly FieldError[] } {
  const read = readQuery(search, PARAMETERS)
  if ('errors' in read) return read
  const { limit = 20, type, status } = read.query
  const part = readRange('history', read.query)
  if ('errors' in part) return part
  const { beforeKey: beforeSeq, ...times } = part.range
  return { query: { ...times, beforeSeq, type, status: status as TransactionStatus | undefined, limit } }
}
