import { crc32 } from 'node:zlib'
import { draw } from '../../loadgen/random/draw.ts'

/** Chance of its own for each purpose, so that what is left out of a history changes little of the rest. */
export class Chances {
  readonly #seed: number
  readonly #purpose: number
  #drawn = 0

  constructor(seed: number, purpose: string) {
    this.#seed = seed
    this.#purpose = crc32(purpose)
  }

  /** A number in [0, 1). */
  random(): number {
    this.#drawn += 1
    return draw(this.#seed, this.#drawn, this.#purpose)
  }

  /** A whole number from 0, below `count`. */
  pick(count: number): number {
    return Math.floor(this.random() * count)
  }

  chance(probability: number): boolean {
    return this.random() < probability
  }
}
