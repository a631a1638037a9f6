import { formatMoney, type Money } from '../ledger/money.ts'

declare global {
  // TypeScript's library does not have it yet; Node 24 does (TC39, JSON.parse source text access).
  interface JSON {
    rawJSON(text: string): unknown
    isRawJSON(value: unknown): boolean
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

/** A number follows a member's name, or stands in an array; what looks like one inside a string is taken for one too. */
const MAY_HAVE_NUMBER = /"\s*:\s*[-\d]|[[,]\s*[-\d]/

type Context = { readonly source?: string }
type Reviver = (this: unknown, key: string, value: unknown, context: Context) => unknown
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown

/**
 * Parses JSON with money kept exact: a number in a money member becomes its source text, so `1000.50` and
 * `"1000.50"` read alike and neither passes through a double. Objects that are `metadata` are the caller's own, and read
 * as `parseJsonVerbatim` reads them. Throws SyntaxError as JSON.parse does.
 */
export function parseJson(text: string): unknown {
  // Nothing to keep exact: read without a function that is called for every value, in a third of the time.
  if (!MAY_HAVE_NUMBER.test(text)) return JSON.parse(text)
  let hasMetadata = false
  const value = parse(text, (key, member, { source }) => {
    if (key === 'metadata') hasMetadata = true
    return typeof member === 'number' && source !== undefined && MONEY_MEMBERS.has(key) ? source : member
  })
  // A second look only for those who send some: what is inside has been read before it is known to be.
  if (hasMetadata) keepMetadata(value, parseJsonVerbatim(text))
  return value
}

/** Parses JSON so that writing it again gives the same numbers, digit for digit. */
export function parseJsonVerbatim(text: string): unknown {
  return parse(text, (key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value
    // What JavaScript writes as it was written stays a number to count with, such as a version; never money.
    return MONEY_MEMBERS.has(key) || String(value) !== source ? JSON.rawJSON(source) : value
  })
}

/** Puts the metadata of `verbatim` in the place of that of `value`, which is made of the same text. */
function keepMetadata(value: unknown, verbatim: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const [members, exact] = [value as Record<string, unknown>, verbatim as Record<string, unknown>]
  for (const [key, member] of Object.entries(members)) {
    if (typeof member !== 'object' || member === null) continue
    if (key === 'metadata') members[key] = exact[key]
    else keepMetadata(member, exact[key])
  }
}
