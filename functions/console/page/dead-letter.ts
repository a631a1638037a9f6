import type { LetterState } from './route.ts'

/** A dead letter as the API answers it. */
export type DeadLetter = {
  readonly deadLetterId: number
  readonly state: LetterState
  readonly source: 'event' | 'transaction'
  readonly messageId: string
  readonly transactionId?: string
  readonly reason: string
  readonly detail: string
  readonly payload: string
  readonly attempts: number
  readonly createdAt: string
  readonly resolution?: {
    readonly by: string
    readonly at: string
    readonly reason?: string
    readonly transactionId?: string
  }
  readonly queuedBehind?: number
  readonly queuedTransactionIds?: readonly string[]
}

/** A transaction that fails by itself and is not given up yet. */
export type BlockedTransaction = {
  readonly transactionId: string
  readonly type: string
  readonly sourceAccountId: string
  readonly acceptedAt: string
  readonly detail: string
  readonly attempts: number
  readonly queuedBehind: number
}

type Words = { readonly title: string; readonly meaning: string }

const REASONS: Readonly<Record<string, Words>> = {
  invalid_json: {
    title: 'Not JSON',
    meaning:
      'The message is not JSON, so nothing was accepted. Its producer has to mend it and send it anew; discard the letter.',
  },
  invalid_request: {
    title: 'Invalid event',
    meaning:
      'A field is missing, unknown or wrong, so nothing was accepted. Its producer has to mend it and send it anew.',
  },
  transaction_id_reused: {
    title: 'Id used before',
    meaning:
      'The id belongs to another transaction, so this one was not accepted. It needs an id of its own.',
  },
  unknown_parent: {
    title: 'Unknown parent',
    meaning:
      'It follows up a transaction that had not been accepted. Once the parent has been, it can be replayed.',
  },
  parent_mismatch: {
    title: 'Parent of another type',
    meaning:
      'It follows up a transaction of a type that cannot be: only a hold is captured or voided, only what moved money is reversed.',
  },
  dead_lettered: {
    title: 'Given up on',
    meaning:
      'The transaction failed by itself on every delivery and is FAILED. Once the cause is mended it can be accepted again under a new id.',
  },
}

export function wordsOf(reason: string): Words {
  return REASONS[reason] ?? { title: reason, meaning: 'This reason is not known to the page.' }
}
