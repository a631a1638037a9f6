import type { Surroundings } from '../../../functions/console/page/repeater.ts'

/** Time that stands still until it is told to pass, and a page that can be hidden. */
export class TestSurroundings implements Surroundings {
  #planned: { readonly milliseconds: number; readonly call: () => void }[] = []
  #whenShown: (() => void)[] = []
  hidden = false

  after = (milliseconds: number, call: () => void): (() => void) => {
    const plan = { milliseconds, call }
    this.#planned.push(plan)
    return () => {
      this.#planned = this.#planned.filter(other => other !== plan)
    }
  }

  isHidden = (): boolean => this.hidden

  onceShown = (call: () => void): (() => void) => {
    this.#whenShown.push(call)
    return () => {
      this.#whenShown = this.#whenShown.filter(other => other !== call)
    }
  }

  /** In how many milliseconds something is planned. */
  get plans(): readonly number[] {
    return this.#planned.map(({ milliseconds }) => milliseconds)
  }

  /** Does what is planned first, and lets everything that follows at once happen. */
  async pass(): Promise<void> {
    this.#planned.shift()?.call()
    await settle()
  }

  async show(): Promise<void> {
    this.hidden = false
    for (const call of this.#whenShown.splice(0)) call()
    await settle()
  }
}

/** Lets everything happen that waits for nothing outside. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>(resolve => setImmediate(resolve))
}
