/** Time, and whether anybody looks. */
export type Surroundings = {
  /** Calls back after so long; answers how to call that off. */
  readonly after: (milliseconds: number, call: () => void) => () => void
  readonly isHidden: () => boolean
  /** Calls back once, when the page is looked at again; answers how to call that off. */
  readonly onceShown: (call: () => void) => () => void
}

/** What is done again and again. Answers in how many milliseconds; undefined when it is done. */
export type Work = (signal: AbortSignal) => Promise<number | undefined>

/** Repeats work: one run at a time, and none while nobody looks. */
export class Repeater {
  readonly #surroundings: Surroundings
  readonly #work: Work
  #run: AbortController | undefined
  #callOff = (): void => undefined

  constructor(surroundings: Surroundings, work: Work) {
    this.#surroundings = surroundings
    this.#work = work
  }

  /** Runs it now, whatever was planned. A run that is under way is left, and its answer with it. */
  start(): void {
    this.stop()
    const run = new AbortController()
    this.#run = run
    void this.#repeat(run)
  }

  stop(): void {
    this.#run?.abort()
    this.#callOff()
  }

  async #repeat(run: AbortController): Promise<void> {
    const milliseconds = await this.#work(run.signal)
    if (run.signal.aborted || milliseconds === undefined) return
    this.#callOff = this.#surroundings.after(milliseconds, () => this.#goOn(run))
  }

  #goOn(run: AbortController): void {
    if (!this.#surroundings.isHidden()) void this.#repeat(run)
    else this.#callOff = this.#surroundings.onceShown(() => void this.#repeat(run))
  }
}

/** How long to wait after so many failures in a row: twice as long each time, and never longer than the most. */
export function backOff(failures: number, first: number, most: number): number {
  return Math.min(most, first * 2 ** Math.max(0, failures - 1))
}
