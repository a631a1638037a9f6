/**
 * Why a transaction is refused, in order of precedence: where several hold, the first is the answer. A
 * rejection is a value, stored with the transaction; it is never thrown and never retried.
 */
export const REJECTIONS = [
  'same_account',
  'unknown_source',
  'unknown_destination',
  'hold_not_open',
  'parent_not_completed',
  'exceeds_parent',
  'account_closed',
  'account_frozen',
  'currency_mismatch',
  'insufficient_funds',
  'balance_limit',
] as const

export type Rejection = (typeof REJECTIONS)[number]
