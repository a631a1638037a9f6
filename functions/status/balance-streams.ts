import type { Writable } from 'node:stream'
import type { ToldBalance } from '../../lib/redis/cache.ts'
import { BalanceStream } from './balance-stream.ts'
import { NewestBalances, type NewestBalancesOptions } from './newest-balances.ts'

export type BalanceStreamsOptions = Omit<NewestBalancesOptions, 'onNewer'> & {
  readonly streamLimit: number
  readonly streamSeconds: number
  readonly streamBeatSeconds: number
}

/** A reader of a balance: what it is given of it, what it has already (-1: nothing), and where to write. */
export type Reader = {
  readonly accountId: string
  readonly balance: ToldBalance
  readonly version: number
  readonly sink: Writable
}

/**
 * The open streams of this instance. All streams of an account share one subscription, which is there as long as one of
 * them; a stream is there until its reader leaves, its time is over, or the instance ends.
 */
export class BalanceStreams {
  readonly #options: BalanceStreamsOptions
  readonly #newest: NewestBalances
  readonly #byAccount = new Map<string, Set<BalanceStream>>()
  #size = 0
  #heart: NodeJS.Timeout | undefined
  #isEnding = false

  constructor(options: BalanceStreamsOptions) {
    this.#options = options
    const onNewer = (accountId: string, balance: ToldBalance) => {
      for (const stream of this.#byAccount.get(accountId) ?? []) stream.offer(balance)
    }
    this.#newest = new NewestBalances({ ...options, onNewer })
  }

  get size(): number {
    return this.#size
  }

  /** Whether another may be opened. Readers that ask in the same moment may pass the limit by a few. */
  get hasRoom(): boolean {
    return !this.#isEnding && this.#size < this.#options.streamLimit
  }

  open({ accountId, balance, version, sink }: Reader): void {
    const stream = new BalanceStream(sink, version)
    const readers = this.#byAccount.get(accountId) ?? new Set()
    readers.add(stream)
    if (readers.size === 1) this.#newest.watch(accountId, balance)
    else this.#newest.learn(accountId, balance)
    this.#byAccount.set(accountId, readers)
    this.#size += 1
    this.#heart ??= setInterval(() => this.#beat(), this.#options.streamBeatSeconds * 1000)
    const over = setTimeout(() => stream.end('connect again'), this.#options.streamSeconds * 1000)
    sink.once('close', () => {
      clearTimeout(over)
      this.#remove(accountId, stream)
    })
    stream.offer(this.#newest.of(accountId) ?? balance)
    // Its request was on its way when the instance began to end.
    if (this.#isEnding) stream.end('connect again')
  }

  /** Ends all streams, and opens no more. */
  end(): void {
    this.#isEnding = true
    for (const stream of this.#all()) stream.end('connect again')
  }

  close(): void {
    this.#newest.close()
  }

  #remove(accountId: string, stream: BalanceStream): void {
    const readers = this.#byAccount.get(accountId)
    readers?.delete(stream)
    this.#size -= 1
    if (readers?.size === 0) {
      this.#byAccount.delete(accountId)
      this.#newest.unwatch(accountId)
    }
    if (this.#size > 0) return
    clearInterval(this.#heart)
    this.#heart = undefined
  }

  /** Shows each reader that its stream is alive, and looks for what no news told. */
  #beat(): void {
    for (const stream of this.#all()) stream.beat()
    this.#newest.look()
  }

  #all(): BalanceStream[] {
    return [...this.#byAccount.values()].flatMap(readers => [...readers])
  }
}
