import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '../log/logger.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { type Doorbell, errorsOf, ring } from './doorbell.ts'
import type { Publisher } from './publisher.ts'

export type BellsOptions = {
  readonly publisher: Publisher
  readonly pendingTopic: string
  /** How long a group that has been rung for is left alone, in milliseconds: no longer than its workers are behind. */
  readonly gapMilliseconds: () => number
  readonly telemetry: Pick<Telemetry, 'tally'>
  readonly log: Logger
}

/** What is rung for next, all of it together, and who waits for that. */
type Next = PromiseWithResolvers<void> & { lastSeq: number; traceparent: string | undefined }
type Bell = { next: Next | undefined; gapMilliseconds: number }

/**
 * Rings for groups, one message of a group at a time: what is to be rung for while one is on its way, or has just been taken,
 * is the next, all of it together. A message costs more than what it says, a busy group has news all the time, and workers
 * that are behind answer one message a group and step: more than that would only pile up.
 */
export class Bells {
  readonly #options: BellsOptions
  readonly #bells = new Map<number, Bell>()
  readonly #ending = new AbortController()
  readonly #running = new Set<Promise<void>>()

  constructor(options: BellsOptions) {
    this.#options = options
  }

  /**
   * Resolves, once each group has been rung for, to the errors of those that failed. Nobody waits for a bell that is put off
   * because the workers are behind: they are at work on the group as it is.
   */
  async ring(doorbells: readonly Doorbell[]): Promise<unknown[]> {
    return await errorsOf(doorbells.map(doorbell => this.#ring(doorbell)))
  }

  /** Resolves when all bells have been rung, those that were put off at once. */
  async end(): Promise<void> {
    this.#ending.abort()
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  async #ring(doorbell: Doorbell): Promise<void> {
    const { group, lastSeq, traceparent } = doorbell
    const bell = this.#bells.get(group)
    if (bell === undefined) return await this.#start(doorbell)
    bell.next ??= this.#expect(doorbell, bell)
    bell.next.lastSeq = Math.max(bell.next.lastSeq, lastSeq)
    bell.next.traceparent ??= traceparent
    if (bell.gapMilliseconds === 0) await bell.next.promise
  }

  #expect({ group, lastSeq, traceparent }: Doorbell, { gapMilliseconds }: Bell): Next {
    const next = { ...Promise.withResolvers<void>(), lastSeq, traceparent }
    // Nobody waits for it, so nobody else says that it failed.
    if (gapMilliseconds > 0)
      next.promise.catch(error => this.#options.log.warn({ group, error: String(error) }, 'not rung'))
    return next
  }

  #start(doorbell: Doorbell): Promise<void> {
    const { group } = doorbell
    const { publisher, pendingTopic, gapMilliseconds } = this.#options
    const bell: Bell = { next: undefined, gapMilliseconds: gapMilliseconds() }
    this.#bells.set(group, bell)
    const ringing = ring(publisher, pendingTopic, doorbell)
    const running = this.#goOn(group, bell, ringing).finally(() => this.#running.delete(running))
    this.#running.add(running)
    return ringing
  }

  async #goOn(group: number, bell: Bell, ringing: Promise<void>): Promise<void> {
    const { tally } = this.#options.telemetry
    // Counted here: of one that is put off nobody else hears, and one that several wait for is one.
    await ringing.catch(() => tally.counter('settle.bells.failed', {}).add(1))
    const { signal } = this.#ending
    if (bell.gapMilliseconds > 0)
      await pause(bell.gapMilliseconds, undefined, { signal }).catch(() => undefined)
    const { next } = bell
    if (next === undefined) this.#bells.delete(group)
    else this.#start({ ...next, group }).then(next.resolve, next.reject)
  }
}
