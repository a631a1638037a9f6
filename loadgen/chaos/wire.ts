import { setTimeout as pause } from 'node:timers/promises'

/** One direction of one connection: what is sent arrives in order. */
export type Lane = { send(arrive: () => void): Promise<void> }

/** How long it takes until what is sent arrives; shared by all lanes of a proxy. */
export class Wire {
  delayMilliseconds = 0
  #silent: PromiseWithResolvers<void> | undefined

  silence(): void {
    this.#silent ??= Promise.withResolvers<void>()
  }

  resume(): void {
    this.#silent?.resolve()
    this.#silent = undefined
  }

  lane(): Lane {
    let before: Promise<void> = Promise.resolve()
    return {
      send: arrive => {
        const dueMs = performance.now() + this.delayMilliseconds
        before = before.then(() => this.#untilDue(dueMs)).then(arrive)
        return before
      },
    }
  }

  async #untilDue(dueMs: number): Promise<void> {
    while (this.#silent !== undefined) await this.#silent.promise
    const left = dueMs - performance.now()
    if (left > 0) await pause(left)
  }
}
