/** What mock transactions are made from; the same options give the same bytes. */
export type MockOptions = {
  /** At least 2. */
  readonly accounts: number
  /** At least 1. */
  readonly transactions: number
  readonly seed: number
  /** ISO 4217. */
  readonly currency: string
}
