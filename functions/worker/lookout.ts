import { setTimeout as pause } from 'node:timers/promises'
import { BlockedError, type Drainer } from '../../lib/drain/drainer.ts'
import type { Logger } from '../../lib/log/logger.ts'
import type { WaitingGroup } from '../../lib/mysql/find-waiting-groups.ts'
import type { Doorbell } from '../../lib/pubsub/doorbell.ts'

export type LookoutOptions = {
  readonly drainer: Pick<Drainer, 'drain'>
  readonly findWaiting: () => Promise<readonly WaitingGroup[]>
  /** Between two looks; 0 for none. */
  readonly lookMilliseconds: number
  readonly log: Logger
}

/**
 * Drains what it is rung for, and looks for itself when nobody rings: Pub/Sub holds back every push for up to a minute after a
 * worker died with some in flight, and may be away. What was PENDING at one look and still is at the next, without a push between
 * the two, is drained. No clock is asked how old it is, and a worker that is rung leaves alone what is rung for elsewhere.
 */
export class Lookout {
  readonly #options: LookoutOptions
  readonly #ending = new AbortController()
  readonly #running: Promise<void>
  #pushes = 0
  #wasRung = false
  /** At the last look, by group, the last that was PENDING. */
  #seen: ReadonlyMap<number, number> = new Map()
  /** Groups that could not be drained: the next push of theirs finds out whether they can. */
  readonly #blocked = new Set<number>()

  constructor(options: LookoutOptions) {
    this.#options = options
    this.#running = options.lookMilliseconds === 0 ? Promise.resolve() : this.#run()
  }

  /** As the drainer, for a push. */
  async drain(doorbell: Doorbell): Promise<void> {
    this.#pushes += 1
    this.#blocked.delete(doorbell.group)
    try {
      await this.#options.drainer.drain(doorbell)
    } finally {
      this.#pushes -= 1
      this.#wasRung = true
    }
  }

  /** Looks once. Never throws: what cannot be done now, the next look does. */
  async look(): Promise<void> {
    const { findWaiting, log } = this.#options
    try {
      const waiting = await findWaiting()
      const isLeftAlone = this.#pushes === 0 && !this.#wasRung
      const left = waiting.filter(
        ({ orderingGroup, firstSeq }) => firstSeq <= (this.#seen.get(orderingGroup) ?? -1),
      )
      this.#wasRung = false
      this.#seen = new Map(waiting.map(({ orderingGroup, lastSeq }) => [orderingGroup, lastSeq]))
      if (isLeftAlone) await Promise.all(left.map(group => this.#drain(group)))
    } catch (error) {
      log.debug({ error: String(error) }, 'not looked')
    }
  }

  /** Resolves when it looks no more. */
  async end(): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending
    while (!signal.aborted) {
      await this.look()
      await pause(this.#options.lookMilliseconds, undefined, { signal }).catch(() => undefined)
    }
  }

  async #drain({ orderingGroup, lastSeq }: WaitingGroup): Promise<void> {
    if (this.#blocked.has(orderingGroup)) return
    const { drainer, log } = this.#options
    try {
      await drainer.drain({ group: orderingGroup, lastSeq })
      log.info({ group: orderingGroup, lastSeq }, 'drained without being rung')
    } catch (error) {
      if (error instanceof BlockedError) this.#blocked.add(orderingGroup)
      log.warn({ group: orderingGroup, error: String(error) }, 'not drained without being rung')
    }
  }
}
