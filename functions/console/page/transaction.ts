type Status = 'PENDING' | 'HELD' | 'COMPLETED' | 'FAILED' | 'VOIDED'

/** A transaction as the API answers it; money is text. */
export type Transaction = {
  readonly transactionId: string
  readonly type: string
  readonly status: Status
  readonly reason?: string
  readonly sourceAccountId: string
  readonly destinationAccountId: string
  readonly amount: string
  readonly currency?: string
  readonly timestamp?: string
  readonly acceptedAt: string
  readonly heldAt?: string
  readonly finishedAt?: string
  readonly sourceBalanceAfter?: string
  readonly destinationBalanceAfter?: string
  readonly capturedAmount?: string
  readonly parentTransactionId?: string
  readonly expiresAt?: string
}

/** As one of its accounts sees it. */
export type AccountTransaction = Transaction & {
  readonly direction: 'IN' | 'OUT'
  readonly balanceAfter?: string
}

export function isFinal(status: string): boolean {
  return status !== 'PENDING' && status !== 'HELD'
}

const REASONS: Readonly<Record<string, string>> = {
  same_account: 'Source and destination are one account.',
  unknown_source: 'There is no such source account.',
  unknown_destination: 'There is no such destination account.',
  hold_not_open: 'The hold to be captured or voided was refused, or has ended already.',
  parent_not_completed: 'What is to be reversed was refused.',
  exceeds_parent: 'It is more than the hold reserves, or than is left of what was moved.',
  account_closed: 'One of the two accounts is closed.',
  account_frozen: 'One of the two accounts is frozen.',
  currency_mismatch: 'The accounts, or the transaction, differ in currency.',
  insufficient_funds: 'The source did not have the money.',
  balance_limit: 'A balance would have passed the largest amount there is.',
  dead_lettered: 'It failed by itself on every delivery; see the dead letters.',
}

/** Why a transaction failed, in words. */
export function explainReason(reason: string): string {
  return REASONS[reason] ?? `The reason is ${reason}.`
}
