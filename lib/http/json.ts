import { formatMoney, type Money } from '../ledger/money.ts'

declare global {
  // TypeScript's library does not have it yet; Node 24 does (TC39, JSON.parse source text access).
  interface JSON {
    rawJSON(text: string): unknown
  }
}

/** Money as an exact JSON number literal: `1000.50`, digit for digit, whatever its size. */
export function moneyJson(money: Money): unknown {
  return JSON.rawJSON(formatMoney(money))
}

/** The members whose value is money, in requests and in what we write ourselves. */
const MONEY_MEMBERS: ReadonlySet<string> = new Set([
  'amount',
  'capturedAmount',
  'openingBalance',
  'overdraftLimit',
  'balance',
  'held',
  'available',
  'balanceAfter',
  'sourceBalanceAfter',
  'destinationBalanceAfter',
])

type Context = { readonly source?: string }
type Reviver = (this: unknown, key: string, value: unknown, context: Context) => unknown
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown

/**
 * Parses JSON with money kept exact: a number in a money member becomes its source text, so `1000.50` and
 * `"1000.50"` read alike and neither passes through a double. Throws SyntaxError as JSON.parse does.
 */
export function parseJson(text: string): unknown {
  return parse(text, (key, value, { source }) =>
    typeof value === 'number' && source !== undefined && MONEY_MEMBERS.has(key) ? source : value,
  )
}

/** Parses JSON of our own so that writing it again gives the same money, digit for digit. */
export function parseJsonVerbatim(text: string): unknown {
  return parse(text, (key, value, { source }) =>
    typeof value === 'number' && source !== undefined && MONEY_MEMBERS.has(key)
      ? JSON.rawJSON(source)
      : value,
  )
}
