import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { findDecided } from '../../lib/mysql/find-decided.ts'
import type { TransactionRecord } from '../../lib/mysql/transaction-record.ts'

// A decision is seen this much later, on average half of it; one query serves all who wait.
const PAUSE_MILLISECONDS = 10
// While the database is away, asking that often only adds to its load.
const FAULT_PAUSE_MILLISECONDS = 500

type Waiting = { readonly transactionId: string; readonly resolve: (record: TransactionRecord) => void }

/** Tells callers who wait when their transactions are decided: one look at the database for all of them together. */
export class DecisionWatch {
  readonly #db: Database
  readonly #log: Logger
  readonly #waiting = new Set<Waiting>()
  #looking = false

  constructor(db: Database, log: Logger) {
    this.#db = db
    this.#log = log
  }

  /** The transaction once it is no longer PENDING; undefined if it still is when the time is over. */
  async wait(transactionId: string, seconds: number): Promise<TransactionRecord | undefined> {
    const { promise, resolve } = Promise.withResolvers<TransactionRecord | undefined>()
    const waiting: Waiting = { transactionId, resolve }
    const timer = setTimeout(() => resolve(undefined), seconds * 1000)
    this.#waiting.add(waiting)
    if (!this.#looking) void this.#look()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(waiting)
    }
  }

  async #look(): Promise<void> {
    this.#looking = true
    while (this.#waiting.size > 0) await sleep(await this.#lookOnce())
    this.#looking = false
  }

  /** Answers how long to pause before the next look. */
  async #lookOnce(): Promise<number> {
    try {
      const transactionIds = new Set([...this.#waiting].map(({ transactionId }) => transactionId))
      const records = await findDecided(this.#db, [...transactionIds])
      const decided = new Map(records.map(record => [record.transactionId as string, record]))
      for (const { transactionId, resolve } of this.#waiting) {
        const record = decided.get(transactionId)
        if (record) resolve(record)
      }
      return PAUSE_MILLISECONDS
    } catch (error) {
      // Those who wait are answered PENDING when their time is over.
      this.#log.warn({ error: String(error) }, 'those who wait cannot be told')
      return FAULT_PAUSE_MILLISECONDS
    }
  }
}
