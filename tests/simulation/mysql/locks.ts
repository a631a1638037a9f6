import type { World } from '../world.ts'
import { type SqlFault, sqlFault } from './faults.ts'

type Waiter = {
  readonly owner: object
  readonly grant: () => void
  readonly refuse: (fault: SqlFault) => void
}
type Lock = { holder: object; readonly queue: Waiter[] }

/** How long a statement waits for a row, as the sessions of Settle have it by default. */
const WAIT_MS = 5000

/** Exclusive locks on rows, first come first served; who waits in a circle, or too long, is refused. */
export class Locks {
  readonly #world: World
  readonly #locks = new Map<string, Lock>()
  readonly #waitsFor = new Map<object, string>()

  constructor(world: World) {
    this.#world = world
  }

  /** Resolves when the owner has the lock; throws what InnoDB answers for a deadlock, or a wait that is too long. */
  async take(owner: object, name: string): Promise<void> {
    const lock = this.#locks.get(name)
    if (lock === undefined) this.#locks.set(name, { holder: owner, queue: [] })
    else if (lock.holder !== owner) await this.#wait(owner, name, lock)
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waitsFor.size
  }

  /** Gives back all that the owner has, and waits for. */
  release(owner: object): void {
    const waitedFor = this.#waitsFor.get(owner)
    if (waitedFor !== undefined)
      this.#locks
        .get(waitedFor)
        ?.queue.find(waiter => waiter.owner === owner)
        ?.refuse(sqlFault(2013))
    for (const [name, lock] of [...this.#locks]) if (lock.holder === owner) this.#pass(name, lock)
  }

  #pass(name: string, lock: Lock): void {
    const next = lock.queue.shift()
    if (next === undefined) this.#locks.delete(name)
    else {
      lock.holder = next.owner
      next.grant()
    }
  }

  #wait(owner: object, name: string, lock: Lock): Promise<void> {
    if (this.#isCircle(owner, name)) return Promise.reject(sqlFault(1213))
    this.#waitsFor.set(owner, name)
    return new Promise((resolve, reject) => {
      const end = () => {
        cancel()
        this.#waitsFor.delete(owner)
        const place = lock.queue.indexOf(waiter)
        if (place >= 0) lock.queue.splice(place, 1)
      }
      const refuse = (fault: SqlFault) => {
        end()
        reject(fault)
      }
      const grant = () => {
        end()
        resolve()
      }
      const waiter: Waiter = { owner, grant, refuse }
      lock.queue.push(waiter)
      // The server's own timer: it goes on when the client has died.
      const cancel = this.#world.as(undefined, () =>
        this.#world.schedule(WAIT_MS, () => refuse(sqlFault(1205))),
      )
    })
  }

  /** Whether who holds the lock waits, in the end, for the owner. */
  #isCircle(owner: object, name: string): boolean {
    const seen = new Set<string>()
    const look = (wanted: string): boolean => {
      if (seen.has(wanted)) return false
      seen.add(wanted)
      const holder = this.#locks.get(wanted)?.holder
      if (holder === owner) return true
      const next = holder && this.#waitsFor.get(holder)
      return next !== undefined && look(next)
    }
    return look(name)
  }
}
