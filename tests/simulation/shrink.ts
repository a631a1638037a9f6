import { type History, type HistoryOptions, runHistory } from './history.ts'

/** How few sendings, and by how many callers, are tried first; with so many seeds each. */
const SIZES = [
  { orders: 1, callers: 1 },
  { orders: 2, callers: 2 },
  { orders: 4, callers: 2 },
  { orders: 8, callers: 3 },
  { orders: 15, callers: 4 },
] as const
const SEEDS = 200

export type Shrunk = { readonly options: HistoryOptions; readonly history: History }

/**
 * Makes a broken history small: looks for one that is broken with fewer transactions, of other seeds too, since leaving out
 * any changes what follows; and leaves out of that all faults and transactions without which it is broken still.
 */
export async function shrink(
  options: HistoryOptions,
  broken: History,
  onTry: (text: string) => void,
): Promise<Shrunk> {
  const small = (await findSmaller(options, onTry)) ?? { options, history: broken }
  let tries = 0
  const isBroken = async (onlyFaults: readonly number[], onlyOrders: readonly string[]) => {
    tries += 1
    const history = await runHistory(reduced(small.options, onlyFaults, onlyOrders))
    onTry(`${tries} tries: ${onlyFaults.length} faults, ${onlyOrders.length} transactions`)
    return history.broken.length > 0
  }
  let faults: readonly number[] = Array.from({ length: small.history.faults }, (_, index) => index + 1)
  let orders = small.history.transactions
  for (let before = Number.POSITIVE_INFINITY; faults.length + orders.length < before; ) {
    before = faults.length + orders.length
    faults = await minimize(faults, kept => isBroken(kept, orders))
    orders = await minimize(orders, kept => isBroken(faults, kept))
  }
  const history = await runHistory({ ...reduced(small.options, faults, orders), traces: true })
  return { options: small.options, history }
}

async function findSmaller(
  options: HistoryOptions,
  onTry: (text: string) => void,
): Promise<Shrunk | undefined> {
  for (const size of SIZES.filter(({ orders }) => orders < options.orders)) {
    for (let tried = 0; tried < SEEDS; tried += 1) {
      const other = { ...options, ...size, seed: options.seed + tried }
      onTry(`${size.orders} sendings, seed ${other.seed}`)
      const history = await runHistory(other)
      if (history.broken.length > 0) return { options: other, history }
    }
  }
  return undefined
}

/** Finds a part of a list for which something still holds, and does not without any one of them. */
async function minimize<T>(
  items: readonly T[],
  holds: (kept: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = items
  let size = Math.ceil(kept.length / 2)
  while (size >= 1 && kept.length > 0) {
    const smaller = await withoutSomePart(kept, size, holds)
    if (smaller !== undefined) kept = smaller
    else if (size === 1) return kept
    size = smaller === undefined ? Math.ceil(size / 2) : Math.min(size, Math.ceil(kept.length / 2))
  }
  return kept
}

async function withoutSomePart<T>(
  kept: readonly T[],
  size: number,
  holds: (kept: readonly T[]) => Promise<boolean>,
): Promise<readonly T[] | undefined> {
  for (let from = 0; from < kept.length; from += size) {
    const rest = [...kept.slice(0, from), ...kept.slice(from + size)]
    if (await holds(rest)) return rest
  }
  return undefined
}

function reduced(
  options: HistoryOptions,
  faults: readonly number[],
  orders: readonly string[],
): HistoryOptions {
  return { ...options, onlyFaults: new Set(faults), onlyOrders: new Set(orders) }
}
