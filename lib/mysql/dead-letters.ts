import type { Database, SqlTransaction } from './connect.ts'
import { fromSqlTime, toSqlTime } from './time.ts'

export const DEAD_LETTER_REASONS = [
  'invalid_json',
  'invalid_request',
  'transaction_id_reused',
  'unknown_parent',
  'parent_mismatch',
  'dead_lettered',
] as const

/** Something that will never be applied, kept with the reason: a refused event, or a transaction given up on. */
export type NewDeadLetter = {
  readonly source: 'event' | 'transaction'
  readonly messageId: string
  /** Place in the message, from 0. */
  readonly item: number
  readonly transactionId: string | null
  readonly reason: (typeof DEAD_LETTER_REASONS)[number]
  readonly detail: string
  readonly payload: string
}

export type DeadLetter = NewDeadLetter & {
  readonly deadLetterId: number
  readonly attempts: number
  readonly createdAt: string
}

/** What is longer was never a transaction of ours: its beginning says enough. In UTF-16 units. */
const MAX_PAYLOAD = 100_000
const LETTERS_AT_ONCE = 20

const INSERT = `
INSERT INTO dead_letters (source, message_id, item, transaction_id, reason, detail, payload, created_at)
VALUES ? ON DUPLICATE KEY UPDATE attempts = attempts + 1`

/** Records dead letters; one that comes again, because its message did, only counts as another attempt. */
export async function insertDeadLetters(
  db: Database | SqlTransaction,
  letters: readonly NewDeadLetter[],
  now: Date,
): Promise<void> {
  const rows = letters.map(letter => [
    letter.source,
    letter.messageId,
    letter.item,
    letter.transactionId,
    letter.reason,
    letter.detail.slice(0, 1000),
    letter.payload.slice(0, MAX_PAYLOAD),
    toSqlTime(now),
  ])
  // A few at a time: together they may be larger than the server's max_allowed_packet.
  for (let start = 0; start < rows.length; start += LETTERS_AT_ONCE) {
    await db.raw(INSERT, [rows.slice(start, start + LETTERS_AT_ONCE) as never])
  }
}

type Row = {
  id: string
  source: DeadLetter['source']
  message_id: string
  item: number
  transaction_id: string | null
  reason: DeadLetter['reason']
  detail: string
  payload: string
  attempts: number
  created_at: string
}

/** Reads the newest dead letters. */
export async function findDeadLetters(db: Database, limit: number): Promise<DeadLetter[]> {
  const [rows] = await db.raw(
    `SELECT id, source, message_id, item, transaction_id, reason, detail, payload, attempts, created_at
       FROM dead_letters ORDER BY id DESC LIMIT ?`,
    [limit],
  )
  return rows.map((row: Row) => ({
    deadLetterId: Number(row.id),
    source: row.source,
    messageId: row.message_id,
    item: row.item,
    transactionId: row.transaction_id,
    reason: row.reason,
    detail: row.detail,
    payload: row.payload,
    attempts: row.attempts,
    createdAt: fromSqlTime(row.created_at),
  }))
}

export async function countDeadLetters(db: Database): Promise<number> {
  const [rows] = await db.raw('SELECT COUNT(*) AS rows_ FROM dead_letters')
  return Number(rows[0].rows_)
}
