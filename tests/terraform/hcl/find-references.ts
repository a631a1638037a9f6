import type { Json } from './read-module.ts'

/** What an expression refers to, as the parts of its address: `var.region` is `['var', 'region']`. */
export type Reference = readonly string[]

const KEYWORDS = new Set(['for', 'in', 'if', 'else', 'endif', 'endfor', 'true', 'false', 'null'])

/**
 * All that the expressions in a value refer to. Names that the expressions bind themselves (`for name in …`, the
 * iterator of a dynamic block), functions, and the keys of objects are no references. The parser's own search
 * misses what stands in a text inside an expression.
 */
export function findReferences(value: Json): Reference[] {
  const found: Reference[] = []
  const bound = new Set<string>()
  for (const text of textsOf(value, bound)) new Scanner(text, found, bound).template()
  return found.filter(([root]) => root !== undefined && !bound.has(root))
}

function* textsOf(value: Json, bound: Set<string>): Generator<string> {
  if (typeof value === 'string') yield value
  if (value === null || typeof value !== 'object') return
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'dynamic') for (const name of Object.keys(inner as object)) bound.add(name)
    if (!Array.isArray(value)) yield key
    yield* textsOf(inner, bound)
  }
}

class Scanner {
  #at = 0
  readonly #text: string
  readonly #found: Reference[]
  readonly #bound: Set<string>

  constructor(text: string, found: Reference[], bound: Set<string>) {
    this.#text = text
    this.#found = found
    this.#bound = bound
  }

  /** Text with expressions in `${…}` and directives in `%{…}`, up to its end or to the quote that closes it. */
  template(isQuoted = false): void {
    while (this.#at < this.#text.length) {
      if (this.#take(/\$\$\{|%%\{/y) !== undefined) continue
      if (this.#take(/[$%]\{/y) !== undefined) this.#expression()
      else if (isQuoted && this.#take(/\\./y) !== undefined) continue
      else if (isQuoted && this.#take(/"/y) !== undefined) return
      else this.#at += 1
    }
  }

  /** Up to the brace that closes it. */
  #expression(): void {
    let depth = 0
    while (this.#at < this.#text.length) {
      if (this.#take(/\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//y) !== undefined) continue
      if (this.#take(/"/y) !== undefined) this.template(true)
      else if (this.#take(/\{/y) !== undefined) depth += 1
      else if (this.#take(/\}/y) !== undefined) {
        if (depth === 0) return
        depth -= 1
      } else if (this.#take(/\.+[A-Za-z_][\w-]*|\d[\w.]*/y) === undefined && !this.#name()) this.#at += 1
    }
  }

  #name(): boolean {
    const root = this.#take(/[A-Za-z_][\w-]*/y)
    if (root === undefined) return false
    if (root === 'for') this.#bindNames()
    if (KEYWORDS.has(root)) return true
    const parts = [root, ...this.#attributes()]
    const isCall = this.#sees(/\s*\(/y)
    const isKey = parts.length === 1 && this.#sees(/\s*=(?![=>])/y)
    if (!isCall && !isKey) this.#found.push(parts)
    return true
  }

  #attributes(): string[] {
    const parts: string[] = []
    for (;;) {
      const part = this.#take(/\.[A-Za-z_][\w-]*|\["[\w-]+"\]/y)
      if (part === undefined) return parts
      parts.push(part.replaceAll(/^[.[]"?|"?\]$/g, ''))
    }
  }

  #bindNames(): void {
    const names = this.#take(/\s+[A-Za-z_][\w-]*(\s*,\s*[A-Za-z_][\w-]*)?(?=\s+in\b)/y) ?? ''
    for (const name of names.split(',')) this.#bound.add(name.trim())
  }

  #sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    return pattern.test(this.#text)
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const [match] = pattern.exec(this.#text) ?? []
    this.#at += match?.length ?? 0
    return match
  }
}
