import { status } from '@grpc/grpc-js'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseFilter } from '../../../../knative/local/pubsub/filter.ts'

test.each([
  ['', {}, true],
  ['attributes:name', { name: '' }, true],
  ['attributes:name', { Name: 'com' }, false],
  ['attributes:"name"', { name: 'com' }, true],
  ['attributes:"iana.org/language_tag"', { 'iana.org/language_tag': 'en' }, true],
  ['attributes."iana.org/language_tag" = "en"', { 'iana.org/language_tag': 'en' }, true],
  ['attributes:7-up_', { '7-up_': '' }, true],
  ['attributes:NOT', { NOT: '' }, true],
  ['attributes.name = "com"', { name: 'com' }, true],
  ['attributes.name = "com"', { name: 'Com' }, false],
  ['attributes.name = "com"', {}, false],
  ['attributes.name = "c*"', { name: 'com' }, false],
  ['attributes.name = ""', { name: '' }, true],
  ['attributes.name = ""', {}, false],
  ['attributes.name != "com"', { name: 'org' }, true],
  ['attributes.name != "com"', { name: 'com' }, false],
  ['attributes.name != "com"', {}, true],
  ['hasPrefix(attributes.name, "co")', { name: 'com' }, true],
  ['hasPrefix(attributes.name, "co")', { name: 'disco' }, false],
  ['hasPrefix(attributes.name, "co")', {}, false],
  ['hasPrefix(attributes.name, "")', { name: '' }, true],
  ['hasPrefix(attributes.name, "")', {}, false],
  ['NOT attributes:name', {}, true],
  ['-attributes:name', {}, true],
  ['-(attributes:a AND attributes:b)', { a: '' }, true],
  ['-hasPrefix(attributes.a, "x")', { a: 'xy' }, false],
  ['NOT attributes:a AND attributes:b', { b: '' }, true],
  ['NOT attributes:a OR attributes:b', { a: '', b: '' }, true],
  ['attributes:a AND attributes:b AND attributes:c', { a: '', c: '' }, false],
  ['attributes:a OR attributes:b OR attributes:c', { c: '' }, true],
  ['attributes:a AND (attributes:b OR attributes:c)', { a: '', c: '' }, true],
  ['(attributes:a AND attributes:b) OR attributes:c', { c: '' }, true],
  ['((attributes:a))', {}, false],
  ['attributes.name="com"', { name: 'com' }, true],
  ['  attributes  :  a  ', { a: '' }, true],
  ['( attributes:a )', { a: '' }, true],
  ['hasPrefix( attributes.name , "co" )', { name: 'com' }, true],
  // The shape of a Terraform heredoc.
  ['\n  attributes.foo = "foo"\n\tAND\r\n  attributes.bar = "bar"\n', { foo: 'foo', bar: 'bar' }, true],
])('%j of %j is %j', (filter, attributes, expected) => {
  expect(parseFilter(filter)({ ...attributes })).toBe(expected)
})

test.each([
  [String.raw`"\u307F\u3093\u306A"`, 'みんな'],
  ['"みんな"', 'みんな'],
  [String.raw`"\U0001F600"`, '😀'],
  [String.raw`"\U0010FFFF"`, '\u{10FFFF}'],
  [String.raw`"\x41\X7a"`, 'Az'],
  [String.raw`"\xe9"`, 'é'],
  [String.raw`"\101\377\0007"`, 'Aÿ\u00007'],
  [String.raw`"\"\'\`\\\?"`, '"\'`\\?'],
  [String.raw`"\a\b\f\n\r\t\v"`, '\x07\b\f\n\r\t\v'],
  [`"it's AND (not) an operator"`, "it's AND (not) an operator"],
])('the string %s stands for %j, as key and as value', (literal, meant) => {
  expect(parseFilter(`attributes.key = ${literal}`)({ key: meant })).toBe(true)
  expect(parseFilter(`attributes:${literal}`)({ [meant]: '' })).toBe(true)
  expect(parseFilter(`hasPrefix(attributes.key, ${literal})`)({ key: `${meant}!` })).toBe(true)
})

test.each(['__proto__', 'constructor', 'toString'])('%s is a key like any other', key => {
  const present = JSON.parse(`{"${key}":"value"}`)
  for (const filter of [
    `attributes:${key}`,
    `attributes.${key} = "value"`,
    `hasPrefix(attributes.${key}, "v")`,
  ]) {
    expect([parseFilter(filter)(present), parseFilter(filter)({})]).toEqual([true, false])
  }
})

test.each([
  [' ', 1, 'expected attributes'],
  ['name', 0, 'expected attributes'],
  ['Attributes:name', 0, 'expected attributes'],
  ['attributes', 10, 'expected : or .'],
  ['attributes:', 11, 'expected a key'],
  ['attributes:*', 11, 'expected a key'],
  ['attributes.name', 15, 'expected = or !='],
  ['attributes.name > "com"', 16, 'expected = or !='],
  ['attributes.name == "com"', 17, 'expected a string'],
  ['attributes.name : "com"', 16, 'expected = or !='],
  ['attributes.a.b = "com"', 12, 'needs quotes'],
  ['attributes.iana.org/language_tag = "en"', 15, 'needs quotes'],
  ['attributes. name = "com"', 11, 'expected a key'],
  ['attributes .name = "com"', 11, 'expected : or .'],
  ['"com" = attributes.name', 0, 'expected attributes'],
  ['attributes.name = attributes.website', 18, 'expected a string'],
  ['attributes.name = com', 18, 'expected a string'],
  ["attributes.name = 'com'", 18, 'expected a string'],
  ['attributes.name = "com" AND ("net" OR "org")', 29, 'expected attributes'],
  [String.raw`attributes:\u307F\u3093\u306A`, 11, 'expected a key'],
  ['attributes:みんな', 11, 'expected a key'],
  ['attributes:a AND attributes:b OR attributes:c', 30, 'AND and OR combine only with parentheses'],
  ['attributes:a OR attributes:b AND attributes:c', 29, 'AND and OR combine only with parentheses'],
  ['attributes:a and attributes:b', 13, 'expected AND or OR'],
  ['attributes:a attributes:b', 13, 'expected AND or OR'],
  ['attributes.a = "a"AND attributes:b', 18, 'expected AND or OR'],
  ['attributes:a AND(attributes:b)', 13, 'expected AND or OR'],
  ['attributes:a AND', 16, 'expected attributes'],
  ['OR attributes:a', 0, 'expected attributes'],
  ['not attributes:a', 0, 'expected attributes'],
  ['NOT(attributes:a)', 0, 'expected attributes'],
  ['NOT', 3, 'expected attributes'],
  ['NOT NOT attributes:a', 4, 'expected attributes'],
  ['--attributes:a', 1, 'expected attributes'],
  ['- attributes:a', 1, 'expected attributes'],
  ['()', 1, 'expected attributes'],
  ['(attributes:a', 13, 'or )'],
  ['attributes:a)', 12, 'or the end'],
  ['(attributes:"a" attributes:b)', 16, 'or )'],
  ['hasprefix(attributes.name, "co")', 0, 'expected attributes'],
  ['hasSuffix(attributes.name, "co")', 0, 'expected attributes'],
  ['hasPrefix (attributes.name, "co")', 0, 'expected attributes'],
  ['hasPrefix(attributes:name, "co")', 20, 'expected . after'],
  ['hasPrefix("co", attributes.name)', 10, 'expected attributes'],
  ['hasPrefix(attributes.name)', 25, 'expected ,'],
  ['hasPrefix(attributes.name, "c", "o")', 30, 'expected )'],
  ['attributes:"name', 11, 'has no end'],
  [String.raw`attributes:"name\"`, 11, 'has no end'],
  ['attributes:"a\tb"', 13, 'an escape sequence'],
  [String.raw`attributes:"\q"`, 12, 'an escape sequence'],
  [String.raw`attributes:"\u30"`, 12, 'an escape sequence'],
  [String.raw`attributes:"\400"`, 12, 'an escape sequence'],
  [String.raw`attributes:"😀\ud800"`, 13, 'no Unicode character'],
  [String.raw`attributes:"\U00110000"`, 12, 'no Unicode character'],
])('%j is refused at character %d: %s', (filter, character, reason) => {
  const details = expect.stringMatching(new RegExp(`at character ${character}: .*${RegExp.escape(reason)}`))
  expect(refusalOf(filter)).toMatchObject({ name: 'ServiceError', code: status.INVALID_ARGUMENT, details })
})

test('a filter may have 256 bytes, and no more', () => {
  const filter = `attributes:"${'é'.repeat(121)}x"`
  expect(parseFilter(filter)({})).toBe(false)
  expect(refusalOf(`${filter} `)).toMatchObject({ details: expect.stringContaining('257 bytes') })
})

function refusalOf(filter: string): unknown {
  try {
    parseFilter(filter)
  } catch (error) {
    return error
  }
  return undefined
}

const KEYS = ['a', 'b-c_1', '__proto__', 'constructor', 'iana.org/み"\\\n😀', 'NOT']
const key = fc.constantFrom(...KEYS)
const value = fc.constantFrom('', 'c', 'com', '\x00\x7f"\\', 'み😀')
const attributes = fc.uniqueArray(fc.tuple(key, value), {
  selector: ([name]) => name,
  maxLength: KEYS.length,
  size: 'max',
})

/** An expression, with the spelling chosen where the language leaves a choice. */
type Tree =
  | { kind: 'has'; key: string; spell: Spelling }
  | { kind: '=' | '!=' | 'prefix'; key: string; value: string; spell: Spelling }
  | { kind: 'NOT' | '-'; child: Tree }
  | { kind: 'AND' | 'OR'; children: Tree[]; space: string }
type Spelling = (text: string) => string

const spellEach = (spell: (codePoint: number) => string) => (text: string) =>
  `"${Array.from(text, character => spell(character.codePointAt(0) ?? 0)).join('')}"`
const hex = (codePoint: number, digits: number) => codePoint.toString(16).padStart(digits, '0')
const inBase = (codePoint: number, short: string) =>
  codePoint < 256 ? `\\${short}` : `\\U${hex(codePoint, 8)}`
const spell = fc.constantFrom<Spelling>(
  text => JSON.stringify(text).replaceAll('\x7f', '\\u007f'),
  spellEach(codePoint => inBase(codePoint, codePoint.toString(8).padStart(3, '0'))),
  spellEach(codePoint => inBase(codePoint, `x${hex(codePoint, 2)}`)),
)

const { tree } = fc.letrec<{ tree: Tree }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.oneof(
      fc.record({ kind: fc.constant('has' as const), key, spell }),
      fc.record({ kind: fc.constantFrom('=' as const, '!=' as const, 'prefix' as const), key, value, spell }),
    ),
    fc.record({ kind: fc.constantFrom('NOT' as const, '-' as const), child: tie('tree') }),
    fc.record({
      kind: fc.constantFrom('AND' as const, 'OR' as const),
      children: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      space: fc.constantFrom(' ', '\n', '\t  '),
    }),
  ),
}))

function print(node: Tree): string {
  switch (node.kind) {
    case 'has':
      return `attributes:${printKey(node)}`
    case 'prefix':
      return `hasPrefix(attributes.${printKey(node)}, ${node.spell(node.value)})`
    case '=':
    case '!=':
      return `attributes.${printKey(node)}${node.kind}${node.spell(node.value)}`
    case 'NOT':
      return `NOT ${printOperand(node.child)}`
    case '-':
      return `-${printOperand(node.child)}`
    default:
      return node.children
        .map(child => (isNegation(child) ? print(child) : printOperand(child)))
        .join(`${node.space}${node.kind}${node.space}`)
  }
}

const printKey = (node: { key: string; spell: Spelling }) =>
  /^[a-zA-Z_-]+$/.test(node.key) ? node.key : node.spell(node.key)
const isNegation = (node: Tree) => node.kind === 'NOT' || node.kind === '-'
const printOperand = (node: Tree) =>
  'child' in node || 'children' in node ? `(${print(node)})` : print(node)

function evaluate(node: Tree, message: ReadonlyMap<string, string>): boolean {
  switch (node.kind) {
    case 'has':
      return message.has(node.key)
    case 'prefix':
      return message.get(node.key)?.startsWith(node.value) ?? false
    case '=':
      return message.get(node.key) === node.value
    case '!=':
      return message.get(node.key) !== node.value
    case 'AND':
      return node.children.every(child => evaluate(child, message))
    case 'OR':
      return node.children.some(child => evaluate(child, message))
    default:
      return !evaluate(node.child, message)
  }
}

test('an expression in writing says what the expression does', () => {
  fc.assert(
    fc.property(tree, attributes, (node, entries) => {
      const text = print(node)
      fc.pre(Buffer.byteLength(text) <= 256)
      expect([text, parseFilter(text)(Object.fromEntries(entries))]).toEqual([
        text,
        evaluate(node, new Map(entries)),
      ])
    }),
    { numRuns: 2_000 },
  )
})

const added = ['', '"', '\\', '\\x', '\\U7FFFFFFF', '(', ')', ' ', 'AND', ' OR ', '-', ':', '.', '\0', '😀']
const damaged = fc
  .tuple(tree, fc.nat(120), fc.nat(3), fc.constantFrom(...added))
  .map(([node, at, removed, text]) => print(node).slice(0, at) + text + print(node).slice(at + removed))
const nested = fc.nat(130).map(depth => `${'('.repeat(depth)}attributes:a${')'.repeat(depth)}`)
const anyText = fc.oneof(fc.string({ unit: 'binary' }), nested, damaged, damaged, damaged)

test('any text is a filter or INVALID_ARGUMENT', () => {
  fc.assert(
    fc.property(anyText, attributes, (text, entries) => {
      const refusal = refusalOf(text)
      if (refusal === undefined) expect(typeof parseFilter(text)(Object.fromEntries(entries))).toBe('boolean')
      else expect(refusal).toMatchObject({ name: 'ServiceError', code: status.INVALID_ARGUMENT })
    }),
    { numRuns: 2_000 },
  )
})
