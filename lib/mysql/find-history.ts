import type { TransactionStatus } from '../ledger/transaction.ts'
import type { Database } from './connect.ts'
import { findSeqRange, type TimeRange } from './find-seq-range.ts'
import { toSqlTime } from './time.ts'
import { TRANSACTION_COLUMNS, type TransactionRecord, toTransactionRecord } from './transaction-record.ts'

export type HistoryQuery = TimeRange & {
  readonly accountId: string
  /** Only what was accepted before this one: where the last page ended. */
  readonly beforeSeq: number | undefined
  readonly type: string | undefined
  readonly status: TransactionStatus | undefined
  readonly limit: number
}

/**
 * Reads the newest transactions of an account, on either side, by `seq`. `from` is included, `to` is not.
 *
 * Each side is read backwards along its own index and stops at the limit; an OR would read and sort the whole history.
 */
export async function findHistory(db: Database, query: HistoryQuery): Promise<TransactionRecord[]> {
  const { after, before } = await findSeqRange(db, query)
  const below = [query.beforeSeq, before].filter(seq => seq !== undefined)
  const filters: [string, string | number | undefined][] = [
    ['seq > ?', after],
    ['seq < ?', below.length > 0 ? Math.min(...below) : undefined],
    ['accepted_at >= ?', query.from && toSqlTime(query.from)],
    ['accepted_at < ?', query.to && toSqlTime(query.to)],
    ['type = ?', query.type],
    ['status = ?', query.status],
  ]
  const given = filters.flatMap(([text, value]) =>
    value === undefined ? [] : [{ text: ` AND ${text}`, value }],
  )
  const where = given.map(({ text }) => text).join('')
  const side = (name: 'source' | 'destination') =>
    `(SELECT ${TRANSACTION_COLUMNS} FROM transactions FORCE INDEX (transactions_by_${name})
       WHERE ${name}_account_id = ?${where} ORDER BY seq DESC LIMIT ?)`
  const values = [query.accountId, ...given.map(({ value }) => value), query.limit]
  const [rows] = await db.raw(
    `${side('source')} UNION ALL ${side('destination')} ORDER BY seq DESC LIMIT ?`,
    [...values, ...values, query.limit],
  )
  return rows.map(toTransactionRecord)
}
