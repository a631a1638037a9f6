import type { Logger } from '../../lib/log/logger.ts'

export type BackPressureOptions = {
  /** More than this waiting in front of the database is too much. */
  readonly queueLimit: number
  /** Work that waits longer than this is too much. */
  readonly pendingLimitSeconds: number
  readonly queued: () => number
  /** How long the oldest transaction has been waiting to be applied. */
  readonly readPendingSeconds: () => Promise<number>
  readonly now: () => Date
  readonly log: Logger
}

/** How old the reading of the database may be; one in flight at a time, however many ask. */
const READING_MILLISECONDS = 1000

/** Says when to accept nothing more, so that what was accepted is finished before the service falls over. */
export class BackPressure {
  readonly #options: BackPressureOptions
  #pendingSeconds = 0
  #readAt = 0
  #isHigh = false

  constructor(options: BackPressureOptions) {
    this.#options = options
  }

  /** How long the oldest transaction had waited when it was read, if that was just now; else 0. */
  get pendingSeconds(): number {
    const isFresh = this.#options.now().getTime() - this.#readAt < 2 * READING_MILLISECONDS
    return isFresh ? this.#pendingSeconds : 0
  }

  /** True while one of the limits is passed. Nobody waits for the database: the reading is of a moment ago. */
  isHigh(): boolean {
    const { queueLimit, pendingLimitSeconds, queued, log } = this.#options
    this.#read()
    const seen = { queued: queued(), oldestPendingSeconds: this.#pendingSeconds }
    const isHigh = seen.queued > queueLimit || seen.oldestPendingSeconds > pendingLimitSeconds
    if (isHigh !== this.#isHigh) log.warn(seen, isHigh ? 'overloaded: accepting nothing' : 'accepting again')
    this.#isHigh = isHigh
    return isHigh
  }

  #read(): void {
    const { readPendingSeconds, now, log } = this.#options
    const moment = now().getTime()
    if (moment - this.#readAt < READING_MILLISECONDS) return
    this.#readAt = moment
    readPendingSeconds().then(
      seconds => {
        this.#pendingSeconds = seconds
      },
      // What is away is not overloaded; the request itself will learn of it.
      error => log.debug({ error: String(error) }, 'pending not read'),
    )
  }
}
