import type { Redis } from 'ioredis'
import type { Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { findAccountsById } from '../../lib/mysql/find-accounts-by-id.ts'
import { BalanceNews } from '../../lib/redis/balance-news.ts'
import type { ToldBalance } from '../../lib/redis/cache.ts'
import { balanceView } from '../../lib/views/balance-view.ts'

/** While no news arrive, the database is looked at instead; how far behind a stream is then. */
const DEAF_LOOK_MILLISECONDS = 1000

export type NewestBalancesOptions = {
  readonly redis: Redis
  readonly db: Database
  readonly log: Logger
  /** Told of each balance of a watched account that is newer than all before. */
  readonly onNewer: (accountId: string, balance: ToldBalance) => void
}

/**
 * Knows the newest balances of the accounts it watches: at once by the news of the cache, and in the end by looking at
 * the database, for news may be lost. A look is one query for all watched accounts, and one runs at a time.
 */
export class NewestBalances {
  readonly #options: NewestBalancesOptions
  readonly #news: BalanceNews
  readonly #known = new Map<string, ToldBalance>()
  #timer: NodeJS.Timeout | undefined
  #looking = false
  #again = false
  #isAway = false

  constructor(options: NewestBalancesOptions) {
    this.#options = options
    this.#news = new BalanceNews(options.redis, {
      onBalance: (accountId, balance) => this.learn(accountId, balance),
      // What was told between the reading of a balance and this moment was not heard.
      onHearing: () => this.look(),
    })
  }

  /** Begins with a balance that has been read. */
  watch(accountId: string, balance: ToldBalance): void {
    this.#known.set(accountId, balance)
    this.#news.watch(accountId)
    this.#timer ??= setInterval(() => {
      if (this.#news.isDeaf) this.look()
    }, DEAF_LOOK_MILLISECONDS)
  }

  unwatch(accountId: string): void {
    this.#known.delete(accountId)
    this.#news.unwatch(accountId)
    if (this.#known.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** The newest balance of a watched account. */
  of(accountId: string): ToldBalance | undefined {
    return this.#known.get(accountId)
  }

  /** Takes a balance in; passes over one that is not newer, or that nobody watches any more. */
  learn(accountId: string, balance: ToldBalance): void {
    const known = this.#known.get(accountId)
    if (known === undefined || known.version >= balance.version) return
    this.#known.set(accountId, balance)
    this.#options.onNewer(accountId, balance)
  }

  /** Looks at the database, again if it is at it already: that look may have begun too early. */
  look(): void {
    this.#again = true
    if (!this.#looking) void this.#lookAll()
  }

  /** Lets go of its connection. What it is timed by goes with the last account that is watched. */
  close(): void {
    this.#news.close()
  }

  async #lookAll(): Promise<void> {
    this.#looking = true
    while (this.#again && this.#known.size > 0) {
      this.#again = false
      await this.#lookOnce()
    }
    this.#looking = false
  }

  async #lookOnce(): Promise<void> {
    const { db, log } = this.#options
    try {
      for (const account of await findAccountsById(db, [...this.#known.keys()])) {
        const json = JSON.stringify(balanceView(account, account.updatedAt))
        this.learn(account.accountId, { version: account.version, json })
      }
      if (this.#isAway) log.info('streams are looked after again')
      this.#isAway = false
    } catch (error) {
      if (!this.#isAway) log.warn({ error: String(error) }, 'streams have the news of the cache only')
      this.#isAway = true
    }
  }
}
