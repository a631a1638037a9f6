import type { Redis } from 'ioredis'
import { balanceKey, readToldBalance, type ToldBalance } from './cache.ts'

export type NewsListener = {
  readonly onBalance: (accountId: string, told: ToldBalance) => void
  /** From now on news of watched accounts arrive; what was told before has to be looked up. */
  readonly onHearing: () => void
}

/**
 * Hears of balances as the cache gets them, over one connection of its own. News may be late, doubled or lost, and none
 * come while the cache is away: `isDeaf` says so. It hears again by itself.
 */
export class BalanceNews {
  readonly #redis: Redis
  readonly #prefix: string
  readonly #listener: NewsListener
  readonly #watched = new Set<string>()
  readonly #heard = new Set<string>()

  /** Connects like `redis`, which stays free for commands and says when the cache is away. */
  constructor(redis: Redis, listener: NewsListener) {
    // Channels are named whole, since the script that publishes knows the key with its prefix.
    this.#prefix = `${redis.options.keyPrefix ?? ''}${balanceKey('')}`
    this.#listener = listener
    this.#redis = redis.duplicate({ keyPrefix: '', autoResubscribe: false })
    this.#redis.on('error', () => undefined)
    this.#redis.on('close', () => this.#heard.clear())
    this.#redis.on('ready', () => this.#subscribe([...this.#watched]))
    this.#redis.on('message', (channel, text) => this.#hear(channel, text))
  }

  /** Whether news of a watched account may not arrive at the moment. */
  get isDeaf(): boolean {
    return this.#heard.size < this.#watched.size
  }

  watch(accountId: string): void {
    this.#watched.add(accountId)
    this.#subscribe([accountId])
  }

  unwatch(accountId: string): void {
    this.#watched.delete(accountId)
    this.#heard.delete(accountId)
    if (this.#redis.status !== 'ready') return
    this.#redis.unsubscribe(`${this.#prefix}${accountId}`).catch(() => this.#reconnect())
  }

  close(): void {
    this.#redis.disconnect()
  }

  #subscribe(accountIds: readonly string[]): void {
    if (this.#redis.status !== 'ready' || accountIds.length === 0) return
    this.#redis.subscribe(...accountIds.map(accountId => `${this.#prefix}${accountId}`)).then(
      () => {
        for (const accountId of accountIds) if (this.#watched.has(accountId)) this.#heard.add(accountId)
        this.#listener.onHearing()
      },
      () => this.#reconnect(),
    )
  }

  /** A subscription whose fate is not known is given up with its connection; the next one begins anew. */
  #reconnect(): void {
    if (this.#redis.status === 'ready') this.#redis.disconnect(true)
  }

  #hear(channel: string, text: string): void {
    this.#listener.onBalance(channel.slice(this.#prefix.length), readToldBalance(text))
  }
}
