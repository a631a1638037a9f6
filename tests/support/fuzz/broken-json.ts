import fc, { type Arbitrary } from 'fast-check'
import { type JsonText, type Member, textOf } from './json-text.ts'

const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth)
const quoted = (text: string): string => JSON.stringify(text)

export const SQL = [
  "'; DROP TABLE accounts; --",
  "' OR '1'='1",
  '1); DELETE FROM transactions; --',
  "\\' UNION SELECT * FROM users#",
  '`accounts`',
  '? ?? :a %s',
  'sleep(5)',
]

/** Values that hardly any member is meant to have. */
const poisons = [
  ...['null', 'true', 'false', '[]', '{}', '""', '[[]]', '{"toString":1}', '{"length":5}', '[null]'],
  ...[
    '0',
    '-0',
    '-1',
    '1e3',
    '1E400',
    '1e-400',
    '0.00001',
    '0.1e1',
    '65536',
    '9007199254740993',
    '2147483648',
  ],
  ...[
    '123456789012345678901234567890',
    `1${'0'.repeat(400)}`,
    `0.${'0'.repeat(400)}1`,
    '999999999999999.9999',
  ],
  ...[
    '"NaN"',
    '"Infinity"',
    '"0x10"',
    '"1,5"',
    '" 1"',
    '"1 "',
    '"1_000"',
    '"+1"',
    '"١"',
    '"1e3"',
    '"USD\\n"',
    '"usd"',
  ],
  ...[
    '"2026-02-30T00:00:00Z"',
    '"0000-01-01T00:00:00Z"',
    '"9999-12-31T23:59:59.9999999+00:00"',
    '"2026-01-01"',
  ],
  ...[
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"💩"',
    '"é"',
    '"\\u202e"',
    '"..\\/.."',
    '"%00"',
    '"$' + '{7*7}"',
  ],
  ...['NaN', 'undefined', "'x'", '01', '.5', '1.', '+1', '"\n"', '"\\x"', '', '/**/1', '"x'],
  ...SQL.map(quoted),
  quoted('x'.repeat(65)),
  quoted('x'.repeat(101)),
  quoted('x'.repeat(100_000)),
  nested(2000, '[', ']'),
  nested(20_000, '[', ']'),
  nested(2000, '{"a":', '1').replace(/1+$/, `1${'}'.repeat(2000)}`),
]
const poison = fc.constantFrom(...poisons)
const strangers = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '',
    'extra',
    '$ref',
    'amount ',
    'Amount',
  ],
  ...['status', 'type', 'seq', 'balance', 'held', '\u0000', '💩', 'a/b~c', '0', ...SQL],
]

type Break = (members: readonly Member[]) => Arbitrary<JsonText>

const breaks: readonly Break[] = [
  members => at(members).chain(index => poison.map(value => members.map(replace(index, value)))),
  members =>
    at(members).chain(index =>
      breakOnce(members[index]?.[1] ?? '{}').map(value => members.map(replace(index, value))),
    ),
  members => at(members).map(index => members.filter((_, place) => place !== index)),
  members => fc.tuple(fc.constantFrom(...strangers), poison).map(stranger => [...members, stranger]),
  // The same key twice: the last one counts, for the check as for the use.
  members => fc.tuple(at(members), poison).map(([index, value]) => twice(members, index, value)),
  members => fc.tuple(at(members), poison).map(([index, value]) => twice(members, index, value).reverse()),
]

function at(members: readonly Member[]): Arbitrary<number> {
  return fc.nat(Math.max(0, members.length - 1))
}

function replace(index: number, value: JsonText): (member: Member, place: number) => Member {
  return ([name, own], place) => [name, place === index ? value : own]
}

function twice(members: readonly Member[], index: number, value: JsonText): Member[] {
  const [name = 'extra'] = members[index] ?? []
  return [...members, [name, value]]
}

/** JSON near to what is meant: a member wrong, missing, unknown or doubled; or something else altogether. */
export function brokenJson(valid: Arbitrary<JsonText>): Arbitrary<JsonText> {
  const broken = valid.chain(breakOnce)
  return fc.oneof({ weight: 6, arbitrary: broken }, { weight: 2, arbitrary: broken.chain(breakOnce) }, poison)
}

function breakOnce(json: JsonText): Arbitrary<JsonText> {
  return typeof json === 'string' ? poison : fc.oneof(...breaks.map(breakIt => breakIt(json)))
}

/** Bytes that are no good JSON text, made of JSON that may be. */
export function brokenBytes(json: Arbitrary<JsonText>): Arbitrary<Buffer> {
  const text = json.map(textOf)
  return fc.oneof(
    text.map(whole => Buffer.from(whole.slice(0, whole.length >> 1))),
    text.map(whole => Buffer.from(`${whole}${whole}`)),
    text.map(whole => Buffer.from(`\ufeff${whole}`)),
    text.map(whole => Buffer.from(whole, 'utf16le')),
    // Invalid UTF-8 in the middle of a string.
    text.map(whole =>
      Buffer.concat([
        Buffer.from(whole.replace(/"([^"]*)$/, '')),
        Buffer.from([0xc3, 0x28, 0xff]),
        Buffer.from('"}'),
      ]),
    ),
    fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes)),
    fc.constantFrom(Buffer.alloc(0), Buffer.alloc(10), Buffer.from(`"${'x'.repeat(2_200_000)}"`)),
  )
}
