/** What can be wrong with a ledger; functions/sweeper/README.md says of each what it means. */
export const FAULT_CODES = [
  'transaction_changed',
  'transaction_missing',
  'transaction_outside',
  'transaction_twice',
  'link_changed',
  'link_missing',
  'entry_not_following',
  'parent_differs',
  'account_differs',
  'account_missing',
  'holds_differ',
  'sum_not_zero',
  'copy_differs',
  'hash_differs',
] as const

/** Something that is not as it was settled. */
export type Fault = {
  readonly code: (typeof FAULT_CODES)[number]
  /** What it is about: a transaction's id or `seq`, an account, a currency, or `GROUP:NUMBER` for a link. */
  readonly subject: string
  readonly message: string
}
