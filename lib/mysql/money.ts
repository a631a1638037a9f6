import { type Money, parseMoney } from '../ledger/money.ts'

/** Reads a DECIMAL(19,4) as the driver returns it; anything else is a bug of ours. */
export function readMoney(text: string): Money {
  const money = parseMoney(text)
  if (money === undefined) throw new Error(`not a DECIMAL(19,4): ${text}`)
  return money
}

/** Reads a sum of DECIMAL(19,4), which has four decimals and may have more digits than any of its parts. */
export function readSum(text: string): Money {
  if (!/^-?\d+\.\d{4}$/.test(text)) throw new Error(`not a sum of DECIMAL(19,4): ${text}`)
  return BigInt(text.replace('.', ''))
}
