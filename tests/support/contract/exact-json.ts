type Context = { readonly source?: string }
type Reviver = (this: object, key: string, value: unknown, context: Context) => unknown
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown

const literals = new WeakMap<object, Map<string, string>>()

/** Parses JSON and remembers how each number was written, since `1000.50` and `1000.5` are one double. */
export function parseExactly(text: string): unknown {
  return parse(text, function (key, value, { source }) {
    if (typeof value === 'number' && source !== undefined) {
      const written = literals.get(this) ?? new Map<string, string>()
      literals.set(this, written.set(key, source))
    }
    return value
  })
}

/** How the number was written that an object or array of `parseExactly` holds under a key. */
export function literalOf(holder: object, key: string | number): string | undefined {
  return literals.get(holder)?.get(String(key))
}
