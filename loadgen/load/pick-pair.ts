import { draw, PURPOSE } from '../random/draw.ts'

export const SKEWS = ['uniform', 'zipf', 'hot-source', 'hot-destination', 'world'] as const
export type Skew = (typeof SKEWS)[number]

/** Who pays whom, as positions among the accounts. */
export type Pair = { readonly source: number; readonly destination: number }

export type SkewOptions = {
  readonly skew: Skew
  /** Of `zipf`: the account of rank r is as busy as 1 / r to this power. */
  readonly zipfExponent: number
  readonly accounts: number
  readonly seed: number
}

/** The position of the hot account, and how much of the load is its. */
const HOT = 0
const HOT_SHARE = 0.9

/** Gives the pair of the transfer of a number. With the skew `world` the source is none of the accounts, but `accounts`. */
export function pairsOf(options: SkewOptions): (index: number) => Pair {
  const { skew, accounts, seed } = options
  const rank = skew === 'zipf' ? zipfRanks(options) : (u: number) => Math.floor(u * accounts)
  const isHot = (index: number) => draw(seed, index, PURPOSE.hot) < HOT_SHARE
  return index => {
    const [one, other] = [draw(seed, index, PURPOSE.source), draw(seed, index, PURPOSE.destination)]
    if (skew === 'world') return { source: accounts, destination: rank(other) }
    if (skew === 'hot-source' && isHot(index))
      return { source: HOT, destination: otherThan(HOT, other, accounts) }
    if (skew === 'hot-destination' && isHot(index))
      return { source: otherThan(HOT, one, accounts), destination: HOT }
    const source = rank(one)
    if (skew !== 'zipf') return { source, destination: otherThan(source, other, accounts) }
    const destination = rank(other)
    // The next one, as an account does not pay itself.
    return { source, destination: destination === source ? (destination + 1) % accounts : destination }
  }
}

/** Any of the others, each as likely. */
function otherThan(one: number, u: number, accounts: number): number {
  return (one + 1 + Math.floor(u * (accounts - 1))) % accounts
}

/** Looks the rank up among the shares, added up once: as many steps as the number of accounts has bits. */
function zipfRanks({ accounts, zipfExponent }: SkewOptions): (u: number) => number {
  const sums = new Float64Array(accounts)
  let sum = 0
  for (let rank = 0; rank < accounts; rank += 1) {
    sum += (rank + 1) ** -zipfExponent
    sums[rank] = sum
  }
  return u => {
    const wanted = u * sum
    let [low, high] = [0, accounts - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sums[middle] ?? sum) > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}
