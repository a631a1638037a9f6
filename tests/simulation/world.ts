import { AsyncLocalStorage } from 'node:async_hooks'
import { Chances } from './chances.ts'

/** A process of the simulated world: what it has started goes on only while it is alive. */
export class Process {
  readonly name: string
  #alive = true
  readonly #onDeath: (() => void)[] = []

  constructor(name: string) {
    this.name = name
  }

  get alive(): boolean {
    return this.#alive
  }

  onDeath(run: () => void): void {
    this.#onDeath.push(run)
  }

  /** Ends it between two events, without a word: nothing of it goes on. */
  kill(): void {
    this.#alive = false
    for (const run of this.#onDeath) run()
  }
}

type Event = {
  readonly atMs: number
  /** Events of one moment happen in an order that is drawn. */
  readonly rank: number
  readonly owner: Process | undefined
  readonly run: () => void
}

export type WorldOptions = {
  /** The faults that happen, by their numbers; all of them if it is not given. */
  readonly onlyFaults?: ReadonlySet<number>
  readonly traces?: boolean
}

const BEGIN_MS = Date.UTC(2026, 0, 1)
/** The real one, before anything replaces it: everything that waits for nothing but itself is done when it calls back. */
const { setImmediate: afterMicrotasks } = globalThis

const currentProcess = new AsyncLocalStorage<Process | undefined>()

/** The process whose code runs, and has called what asks. */
export function current(): Process | undefined {
  return currentProcess.getStore()
}

/**
 * Time, chance, and what happens next. Nothing in it waits for a real clock: events happen in the order of their virtual
 * time, one after another, and the same seed gives the same events.
 */
export class World extends Chances {
  readonly #seed: number
  readonly #faultChances: Chances
  /** What happened, for a person to read, where somebody asked for it. */
  readonly trace: string[] = []
  readonly #options: WorldOptions
  #nowMs = BEGIN_MS
  #events: Event[] = []
  #happened = 0
  #faults = 0

  constructor(seed: number, options: WorldOptions = {}) {
    super(seed, 'world')
    this.#seed = seed
    this.#faultChances = this.chancesOf('faults')
    this.#options = options
  }

  chancesOf(purpose: string): Chances {
    return new Chances(this.#seed, purpose)
  }

  get nowMs(): number {
    return this.#nowMs
  }

  get now(): Date {
    return new Date(this.#nowMs)
  }

  /** How many events there have been. */
  get happened(): number {
    return this.#happened
  }

  /** How many faults were drawn, those left out too. */
  get faults(): number {
    return this.#faults
  }

  /** Whether something goes wrong here. What does has a number, and can be left out of a history by it. */
  fault(what: string, probability: number): boolean {
    if (!this.#faultChances.chance(probability)) return false
    this.#faults += 1
    if (this.#options.onlyFaults?.has(this.#faults) === false) return false
    this.note(() => `FAULT ${this.#faults}: ${what}`)
    return true
  }

  /** Keeps what happens for the trace, if there is one. */
  note(text: () => string): void {
    if (this.#options.traces !== true) return
    const seconds = ((this.#nowMs - BEGIN_MS) / 1000).toFixed(3)
    this.trace.push(`${seconds.padStart(8)}  ${text()}`)
  }

  /** Has something happen later, in the process that asks unless another is named; never, if that has died by then. */
  schedule(delayMs: number, run: () => void, owner: Process | undefined = current()): () => void {
    const event: Event = { atMs: this.#nowMs + Math.max(0, delayMs), rank: this.random(), owner, run }
    let low = 0
    let high = this.#events.length
    // The next one stands last.
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBefore(event, this.#events[middle] as Event)) low = middle + 1
      else high = middle
    }
    this.#events.splice(low, 0, event)
    return () => {
      const index = this.#events.indexOf(event)
      if (index >= 0) this.#events.splice(index, 1)
    }
  }

  /** Lets things happen until a moment. */
  async runUntil(atMs: number): Promise<void> {
    for (let event = this.#events.at(-1); event && event.atMs <= atMs; event = this.#events.at(-1)) {
      this.#events.pop()
      if (event.owner?.alive === false) continue
      this.#nowMs = event.atMs
      this.#happened += 1
      currentProcess.run(event.owner, event.run)
      await new Promise(afterMicrotasks)
    }
    this.#nowMs = atMs
  }

  /** Runs code as a process; what it awaits goes on as that process too. */
  as<T>(process: Process | undefined, run: () => T): T {
    return currentProcess.run(process, run)
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.atMs === other.atMs ? one.rank < other.rank : one.atMs < other.atMs
}
