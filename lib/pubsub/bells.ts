import { type Doorbell, errorsOf, ring } from './doorbell.ts'
import type { Publisher } from './publisher.ts'

type Next = { lastSeq: number; readonly rung: Promise<void> }
type Bell = { ringing: Promise<void>; next: Next | undefined }

/**
 * Rings for groups, one message of a group at a time: what is to be rung for while one is on its way is the next, all of it
 * together. A message costs more than what it says, and a busy group has news all the time.
 */
export class Bells {
  readonly #publisher: Publisher
  readonly #topic: string
  readonly #bells = new Map<number, Bell>()

  constructor(publisher: Publisher, topic: string) {
    this.#publisher = publisher
    this.#topic = topic
  }

  /** Resolves, once each group has been rung for, to the errors of those that failed. */
  async ring(doorbells: readonly Doorbell[]): Promise<unknown[]> {
    return await errorsOf(doorbells.map(doorbell => this.#ring(doorbell)))
  }

  #ring({ group, lastSeq }: Doorbell): Promise<void> {
    const bell = this.#bells.get(group)
    if (bell === undefined) return this.#start(group, lastSeq)
    if (bell.next !== undefined) {
      bell.next.lastSeq = Math.max(bell.next.lastSeq, lastSeq)
      return bell.next.rung
    }
    const rung = bell.ringing.catch(() => undefined).then(() => this.#start(group, next.lastSeq))
    const next: Next = { lastSeq, rung }
    bell.next = next
    return rung
  }

  #start(group: number, lastSeq: number): Promise<void> {
    const ringing = ring(this.#publisher, this.#topic, { group, lastSeq })
    const bell: Bell = { ringing, next: undefined }
    this.#bells.set(group, bell)
    const end = () => {
      if (bell.next === undefined) this.#bells.delete(group)
    }
    ringing.then(end, end)
    return ringing
  }
}
