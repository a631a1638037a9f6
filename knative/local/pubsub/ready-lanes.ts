import type { Clock, Timer } from './clock.ts'
import type { Lane } from './ordering.ts'
import { Queue } from './queue.ts'

/**
 * The lanes that may be handed out, in turn, and those that wait out a back-off, each on its own timer: finding the next
 * delivery costs the same however long the backlog is.
 */
export class ReadyLanes {
  readonly #clock: Clock
  readonly #onReady: () => void
  readonly #ready = new Queue<Lane>()
  readonly #queued = new Set<Lane>()
  readonly #backingOff = new Map<Lane, Timer>()

  constructor(clock: Clock, onReady: () => void) {
    this.#clock = clock
    this.#onReady = onReady
  }

  /** Lanes to look at; one of them may have nothing to hand out after all. */
  get length(): number {
    return this.#ready.length
  }

  /** Takes the lane whose turn it is. */
  shift(): Lane | undefined {
    const lane = this.#ready.shift()
    if (lane) this.#queued.delete(lane)
    return lane
  }

  /** Puts a lane where its head says: ready, or backing off. Left alone while it is out, empty or placed already. */
  place(lane: Lane): void {
    // The head it waited for may have left meanwhile, its retention over; the next one has no part in that back-off.
    this.#stopWaiting(lane)
    const head = lane.head
    if (head === undefined || lane.isOut || this.#queued.has(lane)) return
    const delayMs = head.notBeforeMs - this.#clock.now()
    if (delayMs > 0) {
      const rung = () => {
        this.#backingOff.delete(lane)
        this.place(lane)
      }
      this.#backingOff.set(lane, this.#clock.setTimer(delayMs, rung))
      return
    }
    this.#ready.push(lane)
    this.#queued.add(lane)
    this.#onReady()
  }

  clear(): void {
    while (this.#ready.length > 0) this.#ready.shift()
    this.#queued.clear()
    for (const lane of [...this.#backingOff.keys()]) this.#stopWaiting(lane)
  }

  #stopWaiting(lane: Lane): void {
    const timer = this.#backingOff.get(lane)
    if (timer) this.#clock.clearTimer(timer)
    this.#backingOff.delete(lane)
  }
}
