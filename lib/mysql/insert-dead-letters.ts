import type { Database, SqlTransaction } from './connect.ts'
import { toSqlTime } from './time.ts'

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
  /** Place in the message, from 0; for a transaction given up on, its `seq`, since one message may give up several. */
  readonly item: number
  readonly transactionId: string | null
  readonly reason: (typeof DEAD_LETTER_REASONS)[number]
  readonly detail: string
  readonly payload: string
  /** How often it was tried before it became one; once, if that is not said. */
  readonly attempts?: number
}

/** What is longer was never a transaction of ours: its beginning says enough. In UTF-16 units. */
export const MAX_PAYLOAD = 100_000
const LETTERS_AT_ONCE = 20

const INSERT = `
INSERT INTO dead_letters (source, message_id, item, transaction_id, reason, detail, payload, attempts, created_at)
VALUES ? ON DUPLICATE KEY UPDATE attempts = attempts + 1`

/**
 * Records dead letters; one that comes again, because its message did, only counts as another attempt. Its state stays:
 * that a message is redelivered undoes no discard, and what became of a replay has a letter of its own.
 */
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
    letter.attempts ?? 1,
    toSqlTime(now),
  ])
  // A few at a time: together they may be larger than the server's max_allowed_packet.
  for (let start = 0; start < rows.length; start += LETTERS_AT_ONCE) {
    await db.raw(INSERT, [rows.slice(start, start + LETTERS_AT_ONCE) as never])
  }
}
