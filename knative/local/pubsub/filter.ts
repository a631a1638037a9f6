import { FilterTokens } from './filter-tokens.ts'
import { invalidArgument } from './service-error.ts'

/** Whether a subscription delivers a message with these attributes. */
export type Filter = (attributes: Readonly<Record<string, string>>) => boolean

// docs.cloud.google.com/pubsub/docs/subscription-message-filter.
const MAX_FILTER_BYTES = 256

// Spaces stand around AND and OR and after NOT, and none after a minus (google.aip.dev/160, its EBNF grammar).
const AND_OR = /(?<=[ \t\r\n])(?:AND|OR)(?![^ \t\r\n])/y
const NOT = /NOT(?![^ \t\r\n])/y
const MINUS = /-/y
const OPEN = /\(/y
const CLOSE = /\)/y
const COMMA = /,/y
const COLON = /:/y
const DOT = /\./y
const EQUALITY = /!?=/y
const ATTRIBUTES = /attributes/y
const HAS_PREFIX = /hasPrefix\(/y
const BARE_KEY = /[-\w]+/y

/**
 * Parses the filter language, and throws INVALID_ARGUMENT for what is no filter. Where the documentation is silent it
 * follows AIP-160, and takes the narrower reading: a filter accepted here must not be refused by the service.
 */
export function parseFilter(text: string): Filter {
  if (text === '') return () => true
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_FILTER_BYTES) {
    throw invalidArgument(`Invalid filter: it has ${bytes} bytes, but the maximum is ${MAX_FILTER_BYTES}.`)
  }
  const tokens = new FilterTokens(text)
  const filter = parseExpression(tokens)
  if (!tokens.atEnd) throw tokens.refusal('expected AND or OR, with spaces around it, or the end')
  return filter
}

function parseExpression(tokens: FilterTokens): Filter {
  const terms = [parseTerm(tokens)]
  let operator: string | undefined
  for (;;) {
    const { offset } = tokens
    const next = tokens.take(AND_OR)
    if (next === undefined) break
    if (next !== (operator ?? next)) throw tokens.refusal('AND and OR combine only with parentheses', offset)
    operator = next
    terms.push(parseTerm(tokens))
  }
  if (operator === 'OR') return attributes => terms.some(term => term(attributes))
  return attributes => terms.every(term => term(attributes))
}

function parseTerm(tokens: FilterTokens): Filter {
  tokens.skipSpace()
  const negation = tokens.take(NOT) ?? tokens.take(MINUS)
  if (negation === 'NOT') tokens.skipSpace()
  const condition = parseCondition(tokens)
  tokens.skipSpace()
  return negation === undefined ? condition : attributes => !condition(attributes)
}

function parseCondition(tokens: FilterTokens): Filter {
  if (tokens.take(OPEN) !== undefined) {
    const expression = parseExpression(tokens)
    tokens.expect(CLOSE, 'AND or OR, with spaces around it, or )')
    return expression
  }
  if (tokens.take(HAS_PREFIX) !== undefined) return parsePrefix(tokens)
  tokens.expect(ATTRIBUTES, 'attributes, hasPrefix( or (')
  return tokens.take(DOT) === undefined ? parsePresence(tokens) : parseEquality(tokens)
}

function parsePresence(tokens: FilterTokens): Filter {
  tokens.skipSpace()
  tokens.expect(COLON, ': or . after attributes')
  tokens.skipSpace()
  const key = parseKey(tokens)
  return attributes => findValue(attributes, key) !== undefined
}

/** `!=` is true of a message without the key: "true unless a equals 42" (AIP-160), and so in Go's pstest. */
function parseEquality(tokens: FilterTokens): Filter {
  const key = parseKey(tokens)
  tokens.skipSpace()
  const operator = tokens.expect(
    EQUALITY,
    '= or != (a key with other characters than letters, digits, - and _ needs quotes)',
  )
  tokens.skipSpace()
  const value = parseString(tokens)
  if (operator === '=') return attributes => findValue(attributes, key) === value
  return attributes => findValue(attributes, key) !== value
}

function parsePrefix(tokens: FilterTokens): Filter {
  tokens.skipSpace()
  tokens.expect(ATTRIBUTES, 'attributes')
  tokens.expect(DOT, '. after attributes')
  const key = parseKey(tokens)
  tokens.skipSpace()
  tokens.expect(COMMA, ',')
  tokens.skipSpace()
  const prefix = parseString(tokens)
  tokens.skipSpace()
  tokens.expect(CLOSE, ')')
  return attributes => findValue(attributes, key)?.startsWith(prefix) ?? false
}

function parseKey(tokens: FilterTokens): string {
  return tokens.takeString() ?? tokens.expect(BARE_KEY, 'a key')
}

function parseString(tokens: FilterTokens): string {
  const value = tokens.takeString()
  if (value === undefined) throw tokens.refusal('expected a string in double quotes')
  return value
}

/** A publisher may name an attribute `constructor`, which every object inherits. */
function findValue(attributes: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(attributes, key) ? attributes[key] : undefined
}
