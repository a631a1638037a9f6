import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '../log/logger.ts'
import type { Database } from '../mysql/connect.ts'
import { isRowFault, isTransient } from '../mysql/errors.ts'
import { recordFailure } from '../mysql/record-failure.ts'
import type { Doorbell } from '../pubsub/doorbell.ts'
import { retryTransient } from '../retry/retry-transient.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { inTrace } from '../telemetry/trace-context.ts'
import { DrainState, type Progress } from './drain-state.ts'
import { drainStep, StepError, type StepResult } from './drain-step.ts'
import type { Untold } from './keep-untold.ts'
import { observeStep } from './observe-step.ts'

export type DrainerOptions = {
  readonly db: Database
  /** Tells what a step did, after what others left untold; answers the outbox rows that may go. Never throws. */
  readonly tell: (untold: Untold, told: ReadonlySet<string>) => Promise<readonly string[]>
  /** Deletes outbox rows that have been told; never throws. */
  readonly forget: (outboxIds: readonly string[]) => Promise<unknown>
  /** Most transactions of one step. */
  readonly batchSize: number
  readonly retryMilliseconds: number
  readonly now: () => Date
  readonly telemetry: Telemetry
  readonly log: Logger
}

/** A step that comes soon deletes what has been told with what it writes anyway; after this long, it is deleted by itself. */
const FORGET_AFTER_MILLISECONDS = 200

/** A group cannot be drained now: one of its transactions fails, or waits for one that does. */
export class BlockedError extends Error {
  constructor({ group, lastSeq }: Doorbell, why: string) {
    super(`group ${group} up to ${lastSeq}: ${why}`)
    this.name = 'BlockedError'
  }
}

type Waiter = Doorbell & { readonly resolve: () => void; readonly reject: (error: unknown) => void }

/**
 * Drains ordering groups: applies their PENDING transactions, in `seq` order. One step runs at a time; what is
 * asked for while it runs is merged into the next, however many ask.
 */
export class Drainer {
  readonly #options: DrainerOptions
  #waiters: Waiter[] = []
  readonly #ending = new AbortController()
  #running = false
  #ended: Promise<unknown> = Promise.resolve()
  #telling: Promise<unknown> = Promise.resolve()
  /** Outbox rows that have been told, and are there until the next step has deleted them. */
  readonly #told = new Set<string>()

  constructor(options: DrainerOptions) {
    this.#options = options
  }

  /**
   * Resolves when no transaction of the group up to `lastSeq` is PENDING any more, and what was done is told. Throws TransientError when
   * the database cannot be had, BlockedError when a transaction of the group keeps failing.
   */
  drain(doorbell: Doorbell): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ ...doorbell, resolve, reject })
      // One that has run out of work may still have to delete what it told.
      // A step is no bell's own: it serves all that wait.
      if (!this.#running) this.#ended = Promise.all([this.#ended, inTrace(undefined, () => this.#run())])
    })
  }

  /** Resolves when nothing is at work any more; what was told last is acknowledged a moment before. */
  async end(): Promise<void> {
    this.#ending.abort()
    await this.#ended
  }

  async #run(): Promise<void> {
    this.#running = true
    const state = new DrainState(this.#options.batchSize)
    while (this.#waiters.length > 0) {
      // Those who ask from here on have rows that this step may not see: they take part in the next.
      const taken = this.#waiters
      this.#waiters = []
      try {
        const left = await this.#step(state, taken)
        this.#waiters.unshift(...left)
      } catch (error) {
        for (const waiter of taken) waiter.reject(error)
      }
    }
    this.#running = false
    await this.#telling
    await pause(FORGET_AFTER_MILLISECONDS, undefined, { signal: this.#ending.signal }).catch(() => undefined)
    // No step came to do it.
    if (this.#running) return
    const told = [...this.#told]
    await this.#options.forget(told)
    for (const id of told) this.#told.delete(id)
  }

  /** Runs one step and answers the waiters it leaves unserved. */
  async #step(state: DrainState, taken: readonly Waiter[]): Promise<Waiter[]> {
    const query = state.nextQuery([...new Set(taken.map(({ group }) => group))])
    const told = [...this.#told]
    const beganAt = this.#options.now()
    let step: StepResult
    try {
      step = await this.#retry(() => drainStep(this.#options.db, query, this.#options.now(), told))
    } catch (error) {
      await this.#isolate(state, error)
      return [...taken]
    }
    for (const id of told) this.#told.delete(id)
    const settled = observeStep(this.#options, step, { beganAt, bells: taken })
    const telling = await this.#tellBehind(settled)
    const progress = state.learn(step)
    const left: Waiter[] = []
    const blocked = new Set<number>()
    for (const waiter of taken) {
      const verdict = judge(state, waiter, step, query.groups, progress)
      if (verdict === 'waits') left.push(waiter)
      else if (verdict === 'done') void telling.finished.then(waiter.resolve)
      else {
        blocked.add(waiter.group)
        waiter.reject(new BlockedError(waiter, verdict.why))
      }
    }
    // Only now: all who wait for a poisoned group hear of it, and the next delivery tries it again.
    for (const group of blocked) state.forgive(group)
    if (progress !== 'reading') state.unpark()
    return left
  }

  /**
   * Tells what a step did, after what was told before it, while the next step is at work. One step ahead and no more, so
   * that what is still to be told does not pile up.
   */
  async #tellBehind(settled: Untold | undefined): Promise<{ readonly finished: Promise<unknown> }> {
    if (settled === undefined) return { finished: this.#telling }
    await this.#telling
    this.#telling = this.#options.tell(settled, this.#told).then(told => {
      for (const id of told) this.#told.add(id)
    })
    return { finished: this.#telling }
  }

  /**
   * Deals with a step that failed and will go on failing. What a single row cannot cause is thrown on; otherwise
   * the next step is half as large, until the row stands alone: then its failure is recorded, and it is left out.
   */
  async #isolate(state: DrainState, error: unknown): Promise<void> {
    if (!(error instanceof StepError) || !isRowFault(error.cause)) throw error
    const [record] = error.records
    if (record === undefined) throw error
    if (error.records.length > 1) return state.halve(error.records.length)
    const { log, db } = this.#options
    log.error(
      { err: error.cause, transactionId: record.transactionId },
      'a bug: a transaction fails by itself',
    )
    await this.#retry(() => recordFailure(db, record.seq, String(error.cause)))
    state.poison(record)
  }

  #retry<T>(work: () => Promise<T>): Promise<T> {
    const { retryMilliseconds, telemetry, log } = this.#options
    const retries = telemetry.tally.counter('settle.retries', { 'settle.work': 'drain' })
    return retryTransient(
      {
        what: 'drain',
        deadlineMilliseconds: retryMilliseconds,
        isTransient: error => isTransient(error instanceof StepError ? error.cause : error),
        onRetry: (error, attempt) => {
          retries.add(1)
          log.warn({ error: error.message, attempt }, 'drain step tried again')
        },
      },
      work,
    )
  }
}

/** What a step means for one who waits. */
function judge(
  state: DrainState,
  waiter: Waiter,
  step: StepResult,
  groups: readonly number[],
  progress: Progress,
): 'done' | 'waits' | { readonly why: string } {
  const { group, lastSeq } = waiter
  if (progress === 'stuck' && state.isParked(group, lastSeq))
    return { why: 'waits for a credit that cannot be applied' }
  if (!groups.includes(group) || !wasRead(step, waiter) || state.isParked(group, lastSeq)) return 'waits'
  return state.isPoisoned(group, lastSeq) ? { why: 'a transaction fails by itself' } : 'done'
}

/** Whether the step read all that was PENDING in the waiter's group up to its `lastSeq`. */
function wasRead({ full, records }: StepResult, { group, lastSeq }: Doorbell): boolean {
  const last = records.at(-1)
  if (!full || last === undefined) return true
  return group < last.orderingGroup || (group === last.orderingGroup && lastSeq <= last.seq)
}
