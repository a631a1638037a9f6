import type { Money } from '../ledger/money.ts'

/** Reads a sum of DECIMAL(19,4), which has four decimals and may have more digits than any of its parts. */
export function readSum(text: string): Money {
  if (!/^-?\d+\.\d{4}$/.test(text)) throw new Error(`not a sum of DECIMAL(19,4): ${text}`)
  return BigInt(text.replace('.', ''))
}
