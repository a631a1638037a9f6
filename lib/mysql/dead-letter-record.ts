import type { NewDeadLetter } from './insert-dead-letters.ts'
import { fromSqlTime } from './time.ts'

export const DEAD_LETTER_STATES = ['OPEN', 'REPLAYED', 'DISCARDED'] as const
export type DeadLetterState = (typeof DEAD_LETTER_STATES)[number]

/** A row of `dead_letters`, read. Times are RFC 3339 in UTC. */
export type DeadLetter = NewDeadLetter & {
  readonly deadLetterId: number
  /** How often its message came; how often a transaction failed that was given up on. */
  readonly attempts: number
  readonly createdAt: string
  /** OPEN until it is replayed or discarded; then for ever what it was. */
  readonly state: DeadLetterState
  /** Null while it is OPEN. */
  readonly resolvedBy: string | null
  readonly resolvedAt: string | null
  /** Why it was discarded. */
  readonly discardReason: string | null
  /** The transaction that stands in for the one given up on, once that is replayed. */
  readonly replayTransactionId: string | null
}

export const DEAD_LETTER_COLUMNS = `id, source, message_id, item, transaction_id, reason, detail, payload, attempts,
  created_at, state, resolved_by, resolved_at, discard_reason, replay_transaction_id`

export type DeadLetterRow = {
  id: string
  source: DeadLetter['source']
  message_id: string
  item: string
  transaction_id: string | null
  reason: DeadLetter['reason']
  detail: string
  payload: string
  attempts: number
  created_at: string
  state: DeadLetterState
  resolved_by: string | null
  resolved_at: string | null
  discard_reason: string | null
  replay_transaction_id: string | null
}

export function toDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    deadLetterId: Number(row.id),
    source: row.source,
    messageId: row.message_id,
    item: Number(row.item),
    transactionId: row.transaction_id,
    reason: row.reason,
    detail: row.detail,
    payload: row.payload,
    attempts: row.attempts,
    createdAt: fromSqlTime(row.created_at),
    state: row.state,
    resolvedBy: row.resolved_by,
    resolvedAt: row.resolved_at && fromSqlTime(row.resolved_at),
    discardReason: row.discard_reason,
    replayTransactionId: row.replay_transaction_id,
  }
}
