import type { SqlTransaction } from './connect.ts'
import type { DeadLetter } from './dead-letter-record.ts'
import { toSqlTime } from './time.ts'

/** How an OPEN dead letter ended, by whom and when. */
export type Resolution = { readonly by: string; readonly at: Date } & (
  | { readonly state: 'REPLAYED'; readonly transactionId: string | null }
  | { readonly state: 'DISCARDED'; readonly reason: string }
)

/** Whoever it was, in as many characters as the column has. */
const MAX_BY = 255

/** Ends a dead letter, which must be locked and OPEN, and answers it as it is now. */
export async function resolveDeadLetter(
  transaction: SqlTransaction,
  letter: DeadLetter,
  resolution: Resolution,
): Promise<DeadLetter> {
  const { state, at } = resolution
  const resolvedBy = resolution.by.slice(0, MAX_BY)
  const discardReason = state === 'DISCARDED' ? resolution.reason : null
  const replayTransactionId = state === 'REPLAYED' ? resolution.transactionId : null
  const [{ affectedRows }] = await transaction.raw(
    `UPDATE dead_letters
        SET state = ?, resolved_by = ?, resolved_at = ?, discard_reason = ?, replay_transaction_id = ?
      WHERE id = ? AND state = 'OPEN'`,
    [state, resolvedBy, toSqlTime(at), discardReason, replayTransactionId, letter.deadLetterId],
  )
  if (affectedRows !== 1) throw new Error(`dead letter ${letter.deadLetterId} was not open`)
  return { ...letter, state, resolvedBy, resolvedAt: at.toISOString(), discardReason, replayTransactionId }
}
