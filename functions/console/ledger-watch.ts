import type { Database } from '../../lib/mysql/connect.ts'
import { countDeadLetters } from '../../lib/mysql/find-dead-letters.ts'
import { findPendingGroups } from '../../lib/mysql/find-pending-groups.ts'
import { countOutboxBefore } from '../../lib/mysql/outbox.ts'
import { countFaults } from '../../lib/mysql/verification-faults.ts'
import { readVerification } from '../../lib/mysql/verification-state.ts'

/** How the ledger stands: what waits, what was left behind, and whether it was found whole. */
export type LedgerFigures = {
  readonly pending: {
    readonly transactions: number
    readonly oldestSeconds: number
    readonly groups: readonly { group: number; transactions: number; oldestSeconds: number }[]
  }
  readonly untoldBatches: number
  readonly deadLetters: number
  readonly verification: { readonly completedAt?: string; readonly faults: number }
}

/** Telling takes moments, and rows of what is told go with the next step: what is older was left behind, as the sweeper has it. */
const UNTOLD_MILLISECONDS = 10_000
/** Operators who look at once see the same. */
const KEPT_MILLISECONDS = 1000
/** Looking takes as long as the backlog is; it must take the database no more than this part of its time. */
const MOST_BUSY = 0.1

/** Looks how the ledger stands, once for all who ask at once, and not again before a while. */
export class LedgerWatch {
  readonly #db: Database
  readonly #now: () => Date
  #looking: Promise<LedgerFigures> | undefined
  #keptUntil = 0

  constructor(db: Database, now: () => Date) {
    this.#db = db
    this.#now = now
  }

  /** Rejects with what the database says if it cannot be asked; the next who asks looks again. */
  read(): Promise<LedgerFigures> {
    if (this.#looking === undefined || this.#now().getTime() >= this.#keptUntil) {
      this.#keptUntil = Number.POSITIVE_INFINITY
      const beganAt = this.#now().getTime()
      this.#looking = this.#look().finally(() => {
        const endedAt = this.#now().getTime()
        this.#keptUntil = endedAt + Math.max(KEPT_MILLISECONDS, (endedAt - beganAt) / MOST_BUSY)
      })
      this.#looking.catch(() => {
        this.#looking = undefined
      })
    }
    return this.#looking
  }

  async #look(): Promise<LedgerFigures> {
    const db = this.#db
    const moment = this.#now()
    const found = await findPendingGroups(db, moment)
    const groups = found.map(({ orderingGroup, pending, oldestAcceptedAt }) => ({
      group: orderingGroup,
      transactions: pending,
      oldestSeconds: Math.max(0, moment.getTime() - Date.parse(oldestAcceptedAt)) / 1000,
    }))
    const { completedAt } = await readVerification(db)
    return {
      pending: {
        transactions: groups.reduce((sum, { transactions }) => sum + transactions, 0),
        oldestSeconds: Math.max(0, ...groups.map(({ oldestSeconds }) => oldestSeconds)),
        groups,
      },
      untoldBatches: await countOutboxBefore(db, new Date(moment.getTime() - UNTOLD_MILLISECONDS)),
      deadLetters: await countDeadLetters(db),
      verification: { ...(completedAt !== null && { completedAt }), faults: await countFaults(db) },
    }
  }
}
