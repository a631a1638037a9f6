import type { TransactionRecord } from '../mysql/transaction-record.ts'
import type { StepResult } from './drain-step.ts'

/** A source account whose transactions from `seq` on stay PENDING for now. */
type Blocked = { readonly group: number; readonly seq: number }

/**
 * What follows from a step: it has settled something; it has only read, and there is more to read; it has found
 * nothing but what is left out, and that is worth another try; or that has been tried.
 *
 * Of the sources parked, the oldest waits for a credit that another worker has applied meanwhile, or for poison: so
 * without poison a new try decides it, and with poison one try tells.
 */
export type Progress = 'settled' | 'reading' | 'again' | 'stuck'

/**
 * What a drain knows between its steps: which sources it leaves out, how far it has read, how large the next
 * step may be. No I/O, so that the rules can be read, and tested, by themselves.
 */
export class DrainState {
  readonly #fullLimit: number
  #limit: number
  /** After a step that was cut short: groups up to here have had their turn. */
  #cursor = -1
  /** Sources with a transaction that failed alone: nothing later of theirs is applied. */
  readonly #poisoned = new Map<string, Blocked>()
  /** Sources that wait for a credit, left out until something has been applied. */
  readonly #parked = new Map<string, Blocked>()
  readonly #needed = new Set<number>()
  /** The parked sources have had their new try, and nothing has been applied since. */
  #isLastTry = false

  constructor(limit: number) {
    this.#fullLimit = limit
    this.#limit = limit
  }

  /**
   * What the next step reads: the groups asked for and those they wait for. After a step that was cut short,
   * first the groups behind the cut, so that a busy group starves no other.
   */
  nextQuery(asked: readonly number[]): { groups: number[]; withoutSources: string[]; limit: number } {
    const candidates = [...new Set([...asked, ...this.#needed])].sort((a, b) => a - b)
    const behind = candidates.filter(group => group > this.#cursor)
    if (behind.length === 0) this.#cursor = -1
    return {
      groups: behind.length > 0 ? behind : candidates,
      withoutSources: [...this.#poisoned.keys(), ...this.#parked.keys()],
      limit: this.#limit,
    }
  }

  /** Takes in what a step did, and answers what follows from it. */
  learn(step: StepResult): Progress {
    const readEverything = this.#cursor === -1 && !step.full
    this.#cursor = step.full ? (step.records.at(-1)?.orderingGroup ?? -1) : -1
    // After a failure the limit is halved; it grows back with each success.
    this.#limit = Math.min(this.#fullLimit, this.#limit * 2)
    for (const record of step.deferred) this.#park(record)
    for (const group of step.neededGroups) this.#needed.add(group)
    if (step.settled !== undefined) {
      this.#isLastTry = false
      return 'settled'
    }
    if (step.deferred.length > 0 || !readEverything) return 'reading'
    if (this.#parked.size === 0 || this.#isLastTry) return 'stuck'
    this.#isLastTry = this.#poisoned.size > 0
    return 'again'
  }

  /** What they wait for may have been applied: the parked sources get another try. */
  unpark(): void {
    this.#parked.clear()
    this.#needed.clear()
  }

  /** After a step of so many rows has failed: takes half as many next, to find the row at fault. */
  halve(rows: number): void {
    this.#limit = Math.max(1, Math.floor(rows / 2))
  }

  poison({ sourceAccountId, orderingGroup, seq }: TransactionRecord): void {
    this.#poisoned.set(sourceAccountId, { group: orderingGroup, seq })
    this.#limit = this.#fullLimit
  }

  /** Lets go of a group's poison, so that the next delivery tries it again. */
  forgive(group: number): void {
    for (const [source, blocked] of this.#poisoned) if (blocked.group === group) this.#poisoned.delete(source)
  }

  isPoisoned(group: number, lastSeq: number): boolean {
    return covers(this.#poisoned, group, lastSeq)
  }

  isParked(group: number, lastSeq: number): boolean {
    return covers(this.#parked, group, lastSeq)
  }

  #park(record: TransactionRecord): void {
    const { sourceAccountId, orderingGroup, seq } = record
    if (!this.#parked.has(sourceAccountId)) this.#parked.set(sourceAccountId, { group: orderingGroup, seq })
  }
}

function covers(blocked: ReadonlyMap<string, Blocked>, group: number, lastSeq: number): boolean {
  return [...blocked.values()].some(entry => entry.group === group && entry.seq <= lastSeq)
}
