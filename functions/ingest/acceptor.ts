import type { Ownership } from '../../lib/auth/ownership.ts'
import type { Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { isTransient } from '../../lib/mysql/errors.ts'
import type { Bells } from '../../lib/pubsub/bells.ts'
import { doorbellsFor } from '../../lib/pubsub/doorbell.ts'
import { retryTransient } from '../../lib/retry/retry-transient.ts'
import type { Telemetry } from '../../lib/telemetry/telemetry.ts'
import { inTrace } from '../../lib/telemetry/trace-context.ts'
import type { Acceptance, Stored } from './acceptance.ts'
import { observeFlush } from './observe-flush.ts'
import { refuseForeign, type Sender } from './refuse-foreign.ts'
import type { Request } from './request.ts'
import { type Resolved, resolveFollowUps } from './resolve-follow-ups.ts'
import { type AllRefused, storeAll } from './store-all.ts'
import { storeBatch } from './store-batch.ts'

export type AcceptorOptions = {
  readonly db: Database
  readonly ownership: Ownership
  readonly bells: Bells
  readonly orderingGroups: number
  /** Most transactions of one INSERT. */
  readonly flushSize: number
  readonly retrySeconds: number
  readonly now: () => Date
  readonly telemetry: Telemetry
  readonly log: Logger
}

/**
 * Most metadata of one INSERT, in UTF-16 units; a thousand times the most one can have. Of a byte the statement has at most
 * two, so with three bytes a unit this is 12 MB, or 8 MB where it is all quotes: less than max_allowed_packet, 16 MB.
 */
const MAX_FLUSH_METADATA = 4_096_000

type Waiting = {
  readonly request: Request
  readonly sender: Sender
  readonly resolve: (acceptance: Acceptance) => void
  readonly reject: (error: unknown) => void
}

/**
 * Accepts transactions with natural batching: what arrives while one flush runs is the next flush. There is no
 * timer, so a lone request is written at once, and a flood in large INSERTs.
 */
export class Acceptor {
  readonly #options: AcceptorOptions
  #waiting: Waiting[] = []
  #flushing = false

  constructor(options: AcceptorOptions) {
    this.#options = options
  }

  /** How many wait for their flush. */
  get queued(): number {
    return this.#waiting.length
  }

  /**
   * Resolves, in order, once each transaction is durable or known, and the doorbell has been rung or has failed
   * to. Throws TransientError when the database cannot be had; then the same may be sent again.
   */
  async accept(requests: readonly Request[], sender: Sender): Promise<Acceptance[]> {
    const acceptances = requests.map(
      request =>
        new Promise<Acceptance>((resolve, reject) =>
          this.#waiting.push({ request, sender, resolve, reject }),
        ),
    )
    // A flush is nobody's own: it serves all who wait.
    if (!this.#flushing) void inTrace(undefined, () => this.#flush())
    return await Promise.all(acceptances)
  }

  /**
   * The same, but all or none: if one would be refused, nothing is stored, and each that is at fault is named. Not merged
   * with what others send.
   */
  async acceptAll(requests: readonly Request[], sender: Sender): Promise<Acceptance[] | AllRefused> {
    const { db, now } = this.#options
    const beganAt = now()
    const stored = await this.#retry(async () => {
      const transactions = await this.#resolve(
        requests,
        requests.map(() => sender),
      )
      const acceptances = await storeAll(db, transactions, now())
      return 'refused' in acceptances ? acceptances : pair(acceptances, transactions)
    })
    if ('refused' in stored) return stored
    observeFlush(this.#options.telemetry, stored, beganAt)
    await this.#ring(stored)
    return stored.map(({ acceptance }) => acceptance)
  }

  async #flush(): Promise<void> {
    this.#flushing = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#countForFlush())
      const beganAt = this.#options.now()
      try {
        const stored = await this.#store(batch)
        observeFlush(this.#options.telemetry, stored, beganAt)
        // Not awaited: the next flush need not wait for Pub/Sub, only the callers of this one do.
        void this.#answer(batch, stored)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#flushing = false
  }

  async #resolve(requests: readonly Request[], senders: readonly Sender[]): Promise<Resolved[]> {
    const { db, ownership, orderingGroups } = this.#options
    return await refuseForeign(ownership, await resolveFollowUps(db, requests, orderingGroups), senders)
  }

  /** As many as one INSERT may have, by their number and by what they carry. */
  #countForFlush(): number {
    const most = Math.min(this.#waiting.length, this.#options.flushSize)
    let length = 0
    for (let count = 0; count < most; count += 1) {
      length += this.#waiting[count]?.request.metadata?.length ?? 0
      if (length > MAX_FLUSH_METADATA) return Math.max(count, 1)
    }
    return most
  }

  #store(batch: readonly Waiting[]): Promise<Stored[]> {
    const { db, now } = this.#options
    const [requests, senders] = [batch.map(({ request }) => request), batch.map(({ sender }) => sender)]
    return this.#retry(async () => {
      const transactions = await this.#resolve(requests, senders)
      return pair(await storeBatch(db, transactions, now()), transactions)
    })
  }

  #retry<T>(work: () => Promise<T>): Promise<T> {
    const { retrySeconds, telemetry, log } = this.#options
    const retries = telemetry.tally.counter('settle.retries', { 'settle.work': 'flush' })
    const options = {
      what: 'accept',
      deadlineMilliseconds: retrySeconds * 1000,
      isTransient,
      onRetry: (error: Error, attempt: number) => {
        retries.add(1)
        log.warn({ error: error.message, attempt }, 'flush tried again')
      },
    }
    return retryTransient(options, work)
  }

  async #answer(batch: readonly Waiting[], stored: readonly Stored[]): Promise<void> {
    await this.#ring(stored)
    for (const [index, { resolve, reject }] of batch.entries()) {
      const acceptance = stored[index]?.acceptance
      if (acceptance === undefined) reject(new Error('a transaction was stored without an answer'))
      else resolve(acceptance)
    }
  }

  /** Rings for what is PENDING. The rows are durable: if no bell rings, the sweeper's will. */
  async #ring(stored: readonly Stored[]): Promise<void> {
    const { bells, log } = this.#options
    const pending = stored.flatMap(({ acceptance, transaction }) => {
      if (acceptance.kind !== 'accepted' || acceptance.status !== 'PENDING') return []
      return transaction && !('fault' in transaction) ? [{ seq: acceptance.seq, transaction }] : []
    })
    const errors = await bells.ring(doorbellsFor(pending))
    if (errors.length === 0) return
    log.warn(
      { rings: errors.length, error: String(errors[0]) },
      'accepted, but not rung; left to the sweeper',
    )
  }
}

function pair(acceptances: readonly Acceptance[], transactions: readonly Resolved[]): Stored[] {
  return acceptances.map((acceptance, index) => ({ acceptance, transaction: transactions[index] }))
}
