import type { Head } from '../chain/link.ts'
import type { AccountRecord } from '../mysql/account-record.ts'
import type { TransactionRecord } from '../mysql/transaction-record.ts'

/** What is to be told about a batch, once it is committed: to consumers, and to the cache. */
export type SettledBatch = {
  /** When it was decided; undefined of one that was kept before that was. */
  readonly decidedAt: string | undefined
  /** HELD or final transactions, in `seq` order. */
  readonly transactions: readonly TransactionRecord[]
  /** The accounts that it changed. */
  readonly accounts: readonly AccountRecord[]
  /** Where the chains of its groups end with it. */
  readonly heads: readonly Head[]
}
