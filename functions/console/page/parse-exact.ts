/** The members that are money in what the API answers. `pending` of figures is an object, and stays one. */
const MONEY_MEMBERS: ReadonlySet<string> = new Set([
  ...['amount', 'capturedAmount', 'overdraftLimit', 'balance', 'held', 'available', 'pending'],
  ...['balanceAfter', 'sourceBalanceAfter', 'destinationBalanceAfter'],
])

type Context = { readonly source?: string } | undefined
type Reviver = (this: unknown, key: string, value: unknown, context: Context) => unknown
// TypeScript's library knows neither yet; Node 24 and today's browsers do (TC39, JSON.parse source text access).
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown
const { rawJSON } = JSON as unknown as { rawJSON?: (text: string) => unknown }

/** Whether this browser tells the digits of a number: without that, money would be shown rounded. */
export function canParseExact(): boolean {
  let source: string | undefined
  parse('1.10', (_, value, context) => {
    source = context?.source
    return value
  })
  return source === '1.10' && rawJSON !== undefined
}

/** Parses JSON with money as the text that was sent: `1000.50` stays `1000.50`, and never passes through a double. */
export function parseExact(text: string): unknown {
  return parse(text, (key, value, context) => {
    if (typeof value !== 'number' || !MONEY_MEMBERS.has(key)) return value
    if (context?.source === undefined) throw new Error('This browser cannot read money exactly.')
    return context.source
  })
}

/** JSON indented for people, every number digit for digit; undefined for what is not JSON. */
export function indentExact(text: string): string | undefined {
  try {
    return JSON.stringify(parseVerbatim(text), null, 2)
  } catch {
    return undefined
  }
}

/** One member of an object, as `indentExact` writes it; undefined where there is none. */
export function indentMember(text: string, member: string): string | undefined {
  const value = parseVerbatim(text) as Readonly<Record<string, unknown>>
  return value[member] === undefined ? undefined : JSON.stringify(value[member], null, 2)
}

function parseVerbatim(text: string): unknown {
  return parse(text, (_, value, context) =>
    typeof value === 'number' && context?.source !== undefined && rawJSON !== undefined
      ? rawJSON(context.source)
      : value,
  )
}
