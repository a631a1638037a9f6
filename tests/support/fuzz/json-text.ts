import fc, { type Arbitrary } from 'fast-check'
import { resolve, type Schema } from '../contract/description.ts'

/** JSON as text, so that a number has any digits and an object a key twice. An object's members can be taken apart. */
export type JsonText = string | readonly Member[]
export type Member = readonly [name: string, value: JsonText]

/** What becomes of JSON that is carried in base64: by itself it stays as it is. */
type Carry = (json: Arbitrary<JsonText>) => Arbitrary<JsonText>
const asItIs: Carry = json => json

export function textOf(json: JsonText): string {
  if (typeof json === 'string') return json
  return `{${json.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`).join(',')}}`
}

/** Few ids, so that requests meet each other's accounts and transactions; a long one, and one that looks like ours. */
const IDS = [
  'alice',
  'bob',
  'carol',
  'dave',
  'x'.repeat(64),
  'world:USD',
  'opening:alice',
  '0',
  'a.b_c:d@e+f=g-h',
]
const id = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...IDS) }, fc.uuid())
const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.constantFrom('', '.5', '.05', '.0001', '.9999'))
  .map(([whole, fraction]) => `${fraction === '' && whole === 0n ? '1' : whole}${fraction}`)
const money = fc.oneof(
  decimal,
  decimal.map(text => `"${text}"`),
  fc.constantFrom('1', '0.0001', '"2.50"'),
)
/** A text without a pattern may be of any length, and of any characters. */
const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.string() },
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ minLength: 101, maxLength: 2000, size: 'max' }),
)
const time = fc
  .date({ noInvalidDate: true, min: new Date('1000-01-02'), max: new Date('9999-12-30') })
  .map(date => date.toISOString())

/** JSON that a schema of the description takes. */
export function validJson(schema: Schema, carry = asItIs): Arbitrary<JsonText> {
  const { $ref, ...own } = schema
  if (typeof $ref === 'string' && $ref.endsWith('/Id')) return id.map(text => JSON.stringify(text))
  const whole = typeof $ref === 'string' ? merge(resolve<Schema>({ $ref }), own) : schema
  const { type, pattern, format, oneOf, anyOf } = whole
  const constants = (whole['enum'] ?? ('const' in whole ? [whole['const']] : undefined)) as
    | unknown[]
    | undefined
  if (constants !== undefined) return fc.constantFrom(...constants.map(value => JSON.stringify(value)))
  const either = oneOf ?? anyOf
  if (either !== undefined) return fc.oneof(...(either as Schema[]).map(one => validJson(one, carry)))
  if (type === 'object') return validObject(whole, carry)
  if (type === 'array') return validArray(whole, carry)
  if (type === 'integer') return integer(whole).map(String)
  if (Array.isArray(type) && type.includes('number')) return money
  if (format === 'date-time') return time.map(text => JSON.stringify(text))
  if (whole['contentSchema'] !== undefined) return encoded(whole['contentSchema'] as Schema, carry)
  const maxLength = (whole['maxLength'] as number | undefined) ?? Number.POSITIVE_INFINITY
  const text = typeof pattern === 'string' ? matching(pattern) : anyText
  return text.map(value => JSON.stringify(value.slice(0, maxLength)))
}

/** A text of that pattern. fast-check makes none with a lookahead, so there it is tried until one fits. */
function matching(pattern: string): Arbitrary<string> {
  const expression = new RegExp(pattern, 'u')
  if (!pattern.includes('(?')) return fc.stringMatching(expression)
  return fc.string({ minLength: 1, maxLength: 20 }).filter(text => expression.test(text))
}

/** What a schema says beside its reference, laid over what it refers to. */
function merge(base: Schema, over: Schema): Schema {
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    const both = [below, value].every(
      part => typeof part === 'object' && part !== null && !Array.isArray(part),
    )
    merged[key] = both ? merge(below as Schema, value as Schema) : value
  }
  return merged
}

function validObject(schema: Schema, carry: Carry): Arbitrary<JsonText> {
  const required = (schema['required'] ?? []) as readonly string[]
  const members = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).map(
    ([name, part]) => {
      const member = validJson(part, carry).map((value): Member[] => [[name, value]])
      return required.includes(name) ? member : fc.oneof(member, fc.constant<Member[]>([]))
    },
  )
  return fc.tuple(...members).map(parts => parts.flat())
}

function validArray({ items, minItems = 0, maxItems = 3 }: Schema, carry: Carry): Arbitrary<JsonText> {
  const maxLength = Math.min(maxItems as number, 3)
  const array = fc.array(validJson(items as Schema, carry), { minLength: minItems as number, maxLength })
  return array.map(parts => `[${parts.map(textOf).join(',')}]`)
}

function integer({ minimum = 0, maximum = 50 }: Schema): Arbitrary<number> {
  return fc.integer({ min: minimum as number, max: Math.min(maximum as number, 50) })
}

function encoded(schema: Schema, carry: Carry): Arbitrary<JsonText> {
  return carry(validJson(schema)).map(json => JSON.stringify(Buffer.from(textOf(json)).toString('base64')))
}
