import { invalidArgument, type ServiceError } from './service-error.ts'

const SPACE = /[ \t\r\n]*/y
const QUOTE = /"/y
// The documentation has non-printing characters escaped, and lists no escapes: these are CEL's, as in Go's pstest.
const UNESCAPED = /[^"\\\p{Cc}]+/uy
const ESCAPE = /\\(?:[abfnrtv\\?"'`]|[0-3][0-7]{2}|[xX][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})/y

const NAMED_ESCAPES = new Map(
  Object.entries({ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }),
)

/** Reads a filter from left to right; a refusal names the character it has come to, counted from 0. */
export class FilterTokens {
  readonly #text: string
  #offset = 0

  constructor(text: string) {
    this.#text = text
  }

  get offset(): number {
    return this.#offset
  }

  get atEnd(): boolean {
    return this.#offset === this.#text.length
  }

  skipSpace(): void {
    this.take(SPACE)
  }

  /** Passes over what matches `token`, a sticky expression, here. */
  take(token: RegExp): string | undefined {
    token.lastIndex = this.#offset
    const found = token.exec(this.#text)?.[0]
    this.#offset += found?.length ?? 0
    return found
  }

  expect(token: RegExp, name: string): string {
    const found = this.take(token)
    if (found === undefined) throw this.refusal(`expected ${name}`)
    return found
  }

  /** What a string literal stands for, if one begins here. */
  takeString(): string | undefined {
    const start = this.#offset
    if (this.take(QUOTE) === undefined) return undefined
    let value = ''
    while (this.take(QUOTE) === undefined) {
      if (this.atEnd) throw this.refusal('the string that begins here has no end', start)
      value += this.take(UNESCAPED) ?? this.#takeEscape()
    }
    return value
  }

  refusal(problem: string, offset = this.#offset): ServiceError {
    const character = Array.from(this.#text.slice(0, offset)).length
    return invalidArgument(`Invalid filter at character ${character}: ${problem}.`)
  }

  #takeEscape(): string {
    const start = this.#offset
    const sequence = this.expect(ESCAPE, 'an escape sequence, which non-printing characters need too')
    const character = decodeEscape(sequence.slice(1))
    if (character === undefined) throw this.refusal(`${sequence} is no Unicode character`, start)
    return character
  }
}

/** Octal and hexadecimal name a code point, as `\u` does, and not a byte: so CEL, and Go's pstest after it. */
function decodeEscape(sequence: string): string | undefined {
  const [kind = ''] = sequence
  if (sequence.length === 1) return NAMED_ESCAPES.get(kind) ?? kind
  const codePoint = /\d/.test(kind) ? Number.parseInt(sequence, 8) : Number.parseInt(sequence.slice(1), 16)
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
  return isSurrogate || codePoint > 0x10ffff ? undefined : String.fromCodePoint(codePoint)
}
