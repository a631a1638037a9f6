import type { Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { type AccountWithPending, findPendingDebits } from '../../lib/mysql/find-pending-debits.ts'
import { isId } from '../../lib/openapi/is-id.ts'

export type PendingReaderOptions = {
  readonly db: Database
  /** The longest that a caller waits for it. */
  readonly pendingMilliseconds: number
  readonly log: Logger
}

type Found = ReadonlyMap<string, AccountWithPending>
type Batch = { readonly accountIds: Set<string>; readonly found: PromiseWithResolvers<Found> }

/**
 * Reads what accounts are still to pay, with natural batching: the accounts asked for while one query runs are the
 * next query. Never the one that runs: it may have looked before what the caller knows of was stored.
 */
export class PendingReader {
  readonly #options: PendingReaderOptions
  #next: Batch | undefined
  #reading = false

  constructor(options: PendingReaderOptions) {
    this.#options = options
  }

  /** The account with what is pending of it; undefined without such an account, or if the database does not say in time. */
  async read(accountId: string): Promise<AccountWithPending | undefined> {
    if (!isId(accountId)) return undefined
    this.#next ??= { accountIds: new Set(), found: Promise.withResolvers() }
    const { accountIds, found } = this.#next
    accountIds.add(accountId)
    if (!this.#reading) void this.#readAll()
    const late = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => late.resolve(undefined), this.#options.pendingMilliseconds)
    try {
      const answered = await Promise.race([found.promise, late.promise])
      return answered?.get(accountId)
    } finally {
      clearTimeout(timer)
    }
  }

  async #readAll(): Promise<void> {
    this.#reading = true
    while (this.#next !== undefined) {
      const { accountIds, found } = this.#next
      this.#next = undefined
      found.resolve(await this.#find([...accountIds]))
    }
    this.#reading = false
  }

  async #find(accountIds: readonly string[]): Promise<Found> {
    const { db, log } = this.#options
    try {
      const all = await findPendingDebits(db, accountIds)
      return new Map(all.map(one => [one.account.accountId, one]))
    } catch (error) {
      log.warn({ error: String(error) }, 'balances are answered without what is pending')
      return new Map()
    }
  }
}
