import { worldAccountId } from '../../lib/ledger/account.ts'
import { formatMoney, type Money } from '../../lib/ledger/money.ts'
import { draw, PURPOSE } from '../random/draw.ts'
import { pairsOf, type SkewOptions } from './pick-pair.ts'

export const CURRENCY = 'USD'
export const WORLD = worldAccountId(CURRENCY)

export type TransferOptions = SkewOptions & {
  /** In all ids, so that runs do not meet. */
  readonly runId: string
  /** So many of a hundred are paid by an account that has nothing, and must be refused. */
  readonly refusedPercent: number
}

export type Transfer = {
  /** Positions in `accountIds`. */
  readonly source: number
  readonly destination: number
  readonly amount: Money
  /** For want of money. */
  readonly isToBeRefused: boolean
}

/** Made once, as a transfer would make them each time: 0.01 to 10.00. */
const AMOUNTS = Array.from({ length: 1000 }, (_, index) => {
  const money = BigInt(index + 1) * 100n
  return { money, text: formatMoney(money) }
})

/** All transfers of a run, by their numbers: each is worked out when it is asked for, and always the same. */
export class Transfers {
  /** Those that are opened; then the world, and one that has nothing, where the run needs it. */
  readonly accountIds: readonly string[]
  readonly world: number
  readonly poor: number
  /** What the id of every transfer begins with; the number follows. */
  readonly idPrefix: string
  readonly #options: TransferOptions
  readonly #pairOf: ReturnType<typeof pairsOf>

  constructor(options: TransferOptions) {
    const { accounts, runId } = options
    this.#options = options
    this.idPrefix = `load-${runId}-`
    this.#pairOf = pairsOf(options)
    this.world = accounts
    this.poor = accounts + 1
    const opened = Array.from({ length: accounts }, (_, index) => `load-${runId}-${index}`)
    this.accountIds = [...opened, WORLD, `load-${runId}-poor`]
  }

  at(index: number): Transfer {
    const { seed } = this.#options
    const pair = this.#pairOf(index)
    const isToBeRefused = this.#isToBeRefused(index)
    const amount = AMOUNTS[Math.floor(draw(seed, index, PURPOSE.amount) * AMOUNTS.length)]?.money ?? 0n
    return { ...pair, ...(isToBeRefused && { source: this.poor }), amount, isToBeRefused }
  }

  idOf(index: number): string {
    return this.idPrefix + index
  }

  /** The number of a transfer of this run; undefined for an id that is none. */
  numberOf(transactionId: string): number | undefined {
    if (!transactionId.startsWith(this.idPrefix)) return undefined
    const index = Number(transactionId.slice(this.idPrefix.length))
    return Number.isSafeInteger(index) && index >= 0 ? index : undefined
  }

  /** One transfer as JSON. Written by hand, as nothing in it needs an escape: JSON.stringify costs three times as much. */
  json(index: number): string {
    const { seed } = this.#options
    const { source, destination } = this.#pairOf(index)
    const payer = this.accountIds[this.#isToBeRefused(index) ? this.poor : source]
    const amount = AMOUNTS[Math.floor(draw(seed, index, PURPOSE.amount) * AMOUNTS.length)]?.text
    return `{"transactionId":"${this.idPrefix}${index}","sourceAccountId":"${payer}","destinationAccountId":"${this.accountIds[destination]}","amount":${amount},"currency":"${CURRENCY}"}`
  }

  /** An array of some that follow one another. */
  jsonArray(first: number, count: number): string {
    let text = `[${this.json(first)}`
    for (let index = first + 1; index < first + count; index += 1) text += `,${this.json(index)}`
    return `${text}]`
  }

  #isToBeRefused(index: number): boolean {
    const { refusedPercent, seed } = this.#options
    return refusedPercent > 0 && draw(seed, index, PURPOSE.refused) * 100 < refusedPercent
  }
}
