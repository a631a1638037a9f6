import type { Database, SqlTransaction } from './connect.ts'
import { fromSqlTime, toSqlTime } from './time.ts'

/** How far a verification has come. */
export type VerificationState = {
  /** One more each time that everything is verified from the beginning. */
  readonly pass: number
  readonly beganAt: string
  /** When it was complete last; null if this pass has not been yet. */
  readonly completedAt: string | null
  /** Up to this `seq` nothing is decided that is in no link. */
  readonly throughSeq: number
  /** The last account that was compared; empty before the first. */
  readonly accountCursor: string
  /** What was accepted up to here may have been decided before there were chains. */
  readonly beginningSeq: number
}

/** Locks the verification, so that one at a time goes on with it, and answers how far it has come. */
export function lockVerification(transaction: SqlTransaction): Promise<VerificationState> {
  return read(transaction, 'FOR UPDATE')
}

export function readVerification(db: Database): Promise<VerificationState> {
  return read(db, '')
}

async function read(db: Database | SqlTransaction, lock: string): Promise<VerificationState> {
  const [[row]] = await db.raw(
    `SELECT pass, began_at, completed_at, through_seq, account_cursor FROM verification WHERE id = 1 ${lock}`,
  )
  const [[beginning]] = await db.raw('SELECT last_seq FROM chain_beginning')
  return {
    pass: row.pass,
    beganAt: fromSqlTime(row.began_at),
    completedAt: row.completed_at && fromSqlTime(row.completed_at),
    throughSeq: Number(row.through_seq),
    accountCursor: row.account_cursor,
    beginningSeq: Number(beginning.last_seq),
  }
}

export async function writeVerification(
  transaction: SqlTransaction,
  { throughSeq, accountCursor, completedAt }: VerificationState,
): Promise<void> {
  await transaction.raw(
    'UPDATE verification SET through_seq = ?, account_cursor = ?, completed_at = ? WHERE id = 1',
    [throughSeq, accountCursor, completedAt === null ? null : toSqlTime(new Date(completedAt))] as never,
  )
}

/** Begins anew from the first link. What heads the pass before came to is kept, and its faults are forgotten: they are found again. */
export async function beginPass(transaction: SqlTransaction, now: Date): Promise<void> {
  const { beginningSeq } = await lockVerification(transaction)
  await transaction.raw(
    `UPDATE verification SET pass = pass + 1, began_at = ?, completed_at = NULL, through_seq = ?, account_cursor = ''
      WHERE id = 1`,
    [toSqlTime(now), beginningSeq],
  )
  // Not of a chain in which something was found: of that, what was there before is what others have to be held against.
  await transaction.raw(
    `UPDATE verified_heads SET kept_number = number, kept_hash = hash
      WHERE number > kept_number AND NOT EXISTS (
        SELECT 1 FROM verification_faults
         WHERE code LIKE 'link%' AND subject LIKE CONCAT(verified_heads.ordering_group, ':%'))`,
  )
  await transaction.raw(`UPDATE verified_heads SET number = 0, hash = REPEAT('0', 64)`)
  await transaction.raw('DELETE FROM verification_faults')
}
