import type { PointStore } from '../redis/points.ts'
import { INSTANCE_FIELD, liveFigures } from './live-figures.ts'
import type { Tally } from './tally.ts'

export type PulseOptions = {
  readonly functionName: string
  readonly tally: Tally
  readonly points: PointStore
  readonly now: () => Date
}

/** How long a moment is: operators see a change within two of them. */
export const POINT_MILLISECONDS = 2000

/**
 * Tells the console, at the end of each moment, what this instance has done in it, and that it is there. What cannot be told is
 * dropped: the console is for seeing, and the ledger is what counts.
 */
export class Pulse {
  readonly #options: PulseOptions
  #before: ReadonlyMap<string, number> = new Map()
  #toldMoment = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(options: PulseOptions) {
    this.#options = options
    this.#wait()
  }

  /** Ends it, with a last word about the moment that has begun. */
  async end(): Promise<void> {
    clearTimeout(this.#timer)
    this.#beat(this.#nextMoment())
    await this.#writing
  }

  #wait(): void {
    const endOfMoment = this.#nextMoment()
    const milliseconds = endOfMoment - this.#options.now().getTime()
    this.#timer = setTimeout(() => {
      this.#beat(endOfMoment)
      this.#wait()
    }, milliseconds)
    // It keeps no process alive.
    this.#timer.unref()
  }

  #beat(endOfMoment: number): void {
    const { functionName, tally, points } = this.#options
    const figures = liveFigures(tally)
    const grown = new Map([[`${INSTANCE_FIELD}${functionName}`, 1]])
    for (const [field, count] of figures) {
      const more = count - (this.#before.get(field) ?? 0)
      if (more > 0) grown.set(field, more)
    }
    this.#before = figures
    this.#toldMoment = endOfMoment
    this.#writing = points.add(new Date(endOfMoment), grown).catch(() => undefined)
  }

  /** When the moment ends that has begun, the same for all instances, so that what they tell adds up; each is told of once. */
  #nextMoment(): number {
    const end = (Math.floor(this.#options.now().getTime() / POINT_MILLISECONDS) + 1) * POINT_MILLISECONDS
    // A timer may be a little early.
    return Math.max(end, this.#toldMoment + POINT_MILLISECONDS)
  }
}
