import { connectMysql, type Database } from '../../lib/mysql/connect.ts'
import { findOldestPendingSeq } from '../../lib/mysql/find-oldest-pending.ts'
import type { Journal } from '../load/journal.ts'
import type { Transfers } from '../load/transfers.ts'
import { draw, PURPOSE } from '../random/draw.ts'
import type { HttpClient } from '../service/http-client.ts'
import type { ClientTimes } from './client-times.ts'
import type { Sample } from './recovery.ts'

const EVERY_MILLISECONDS = 250
/** What the service is asked about was accepted this long ago at least: it should be final. */
const SETTLED_MILLISECONDS = 2000
/** A reader does not wait longer. */
const READER_MILLISECONDS = 1000
/** Looked at before none is found, as in the first moments. */
const TRIES = 16

export type SamplerOptions = {
  /** Of the database itself, not of the way to it that is broken. */
  readonly mysqlUrl: string
  readonly http: HttpClient
  readonly journal: Journal
  readonly transfers: Transfers
  readonly times: ClientTimes
  readonly seed: number
}

/** Looks at the service from outside, four times a second. */
export class Sampler {
  readonly samples: Sample[] = []
  readonly #options: SamplerOptions
  readonly #db: Database
  readonly #timer: NodeJS.Timeout
  #reading: { waitingSeconds: number | undefined; applied: number; atMs: number } | undefined
  #isReading = false
  #rightMs = Number.NEGATIVE_INFINITY
  #isAsking = false
  #answered = 0
  #failed = 0
  #asked = 0

  constructor(options: SamplerOptions) {
    this.#options = options
    const limits = { mysqlPoolSize: 2, mysqlLockWaitSeconds: 1, mysqlAcquireMilliseconds: 1000 }
    this.#db = connectMysql({ mysqlUrl: options.mysqlUrl, ...limits })
    this.#timer = setInterval(() => this.#sample(), EVERY_MILLISECONDS)
  }

  get last(): Sample | undefined {
    return this.samples.at(-1)
  }

  /** A request was answered, or failed. */
  noteAttempt(isFailure: boolean): void {
    if (isFailure) this.#failed += 1
    else this.#answered += 1
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#db.destroy()
  }

  #sample(): void {
    const atMs = performance.now()
    // What was read before is no news of now.
    const reading = this.#reading !== undefined && atMs - this.#reading.atMs < 2 * EVERY_MILLISECONDS
    this.samples.push({
      atMs,
      waitingSeconds: reading ? this.#reading?.waitingSeconds : undefined,
      applied: reading ? this.#reading?.applied : undefined,
      isStatusRight: atMs - this.#rightMs < READER_MILLISECONDS,
      answered: this.#answered,
      failed: this.#failed,
    })
    this.#answered = 0
    this.#failed = 0
    void this.#read()
    this.#askStatus()
  }

  async #read(): Promise<void> {
    if (this.#isReading) return
    this.#isReading = true
    try {
      const waitingSeconds = await this.#readWaiting()
      // Each transfer that is applied is a version of two accounts.
      const [[{ versions }]] = await this.#db.raw('SELECT SUM(version) AS versions FROM accounts')
      this.#reading = { waitingSeconds, applied: Number(versions) / 2, atMs: performance.now() }
    } catch {
      // Away, which the next sample says.
    } finally {
      this.#isReading = false
    }
  }

  /** By the callers' clock: that of the function which accepted it may be wrong. */
  async #readWaiting(): Promise<number> {
    const seq = await findOldestPendingSeq(this.#db)
    if (seq === undefined) return 0
    const [rows] = await this.#db.raw('SELECT transaction_id FROM transactions WHERE seq = ?', [seq])
    const { times, transfers } = this.#options
    const index = transfers.numberOf(rows[0]?.transaction_id ?? '')
    if (index === undefined) return 0
    const answeredMs = times.answeredMsOf(index)
    const sinceMs = Number.isNaN(answeredMs) ? times.sentMsOf(index) : answeredMs
    return Math.max(0, performance.now() - sinceMs) / 1000
  }

  #askStatus(): void {
    const index = this.#isAsking ? undefined : this.#pick()
    if (index === undefined) return
    const { http, transfers } = this.#options
    const askedMs = performance.now()
    this.#isAsking = true
    http.send('GET', `/api/v1/transactions/${transfers.idOf(index)}/status`, undefined, (status, text) => {
      this.#isAsking = false
      const isInTime = performance.now() - askedMs < READER_MILLISECONDS
      const isRight = status === 200 && /"status":"(COMPLETED|FAILED)"/.test(text)
      if (isRight && isInTime) this.#rightMs = performance.now()
      else this.#rightMs = Number.NEGATIVE_INFINITY
    })
  }

  /** One of the last thousands: those of the first minute say little of now. */
  #pick(): number | undefined {
    const { journal, times, seed } = this.#options
    const settledMs = performance.now() - SETTLED_MILLISECONDS
    for (let tries = 0; tries < TRIES; tries += 1) {
      this.#asked += 1
      const back = Math.floor(draw(seed, this.#asked, PURPOSE.probe) * Math.min(journal.sent, 10_000))
      const index = journal.sent - 1 - back
      if (journal.isAccepted(index) && times.answeredMsOf(index) < settledMs) return index
    }
    return undefined
  }
}
