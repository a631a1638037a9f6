import { type Money, parseMoney } from '../ledger/money.ts'

/** Reads money that the schema has let pass; anything else is a bug of ours. */
export function readDecimal(text: string): Money {
  const money = parseMoney(text)
  if (money === undefined) throw new Error('the schema let a decimal pass that is none')
  return money
}
