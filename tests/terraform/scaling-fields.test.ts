import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { variables as statusVariables } from '../../functions/status/index.ts'
import { mysqlVariables } from '../../lib/config/variables.ts'

const MODULE = new URL('../../terraform/scaling/', import.meta.url)

type Field = {
  readonly about: string
  readonly unit: string
  readonly kind: 'whole' | 'number' | 'cpu' | 'memory'
  readonly least: number | string
  readonly most?: number | string
  readonly knative: string
  readonly at: string
  readonly unset?: number
}

const read = (file: string): string => readFileSync(new URL(file, MODULE), 'utf8')
const fields = Object.entries(parse(read('fields.yaml')) as Record<string, Field>)

/** What `faults.tf` takes, in the words of a table. */
function bounds({ kind, least, most }: Field): string {
  const range = most === undefined ? `${least} or more` : `${least} to ${most}`
  return kind === 'whole' ? `whole, ${range}` : range
}

const table = [
  '| field | unit | bounds | where it is not said, Knative takes | what it does |',
  '|---|---|---|---|---|',
  ...fields.map(
    ([name, field]) =>
      `| \`${name}\` | ${field.unit} | ${bounds(field)} | ${field.knative} | ${field.about} |`,
  ),
].join('\n')

const description = fields
  .map(([name, field]) => `    ${name}: ${field.about} (${field.unit}; ${bounds(field)}).`)
  .join('\n')

/** The file with what lies between the two marks written anew; both stay. */
function withPart(file: string, [begin, end]: readonly [string, string], part: string): string {
  const text = read(file)
  const from = text.indexOf(begin) + begin.length
  const to = text.indexOf(end, from)
  if (from < begin.length || to < 0) throw new Error(`${file}: no part between "${begin}" and "${end}"`)
  return `${text.slice(0, from)}\n${part}\n${text.slice(to)}`
}

test.each([
  [
    'README.md',
    '<!-- fields: generated; UPDATE_DOCS=1 npm test -- tests/terraform writes them -->\n',
    '\n<!-- end of fields -->',
    table,
  ],
  ['variables.tf', 'A number is a number; a quantity is a text.', '  EOT', description],
])(
  'terraform/scaling/%s has the fields of fields.yaml (UPDATE_DOCS=1 writes them)',
  (file, begin, end, part) => {
    const expected = withPart(file, [begin, end], part)
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(new URL(file, MODULE), expected)
    expect(read(file)).toBe(expected)
  },
)

test('a pool is counted as the functions take it', () => {
  const pool = fields.find(([name]) => name === 'pool_size')?.[1]
  const { name, fallback, read: parsePool } = mysqlVariables.mysqlPoolSize
  expect([pool?.at, String(pool?.unset)]).toEqual([name, fallback])
  expect([pool?.least, pool?.most].map(String).map(parsePool)).toEqual([pool?.least, pool?.most])
  expect(parsePool(String(Number(pool?.most) + 1))).toHaveProperty('fault')
})

test('a stream is taken to last as long as the function lets it', () => {
  const { name, fallback } = statusVariables.streamSeconds
  expect(/\.(\w+)\), (\d+)\)/.exec(read('streams.tf'))?.slice(1)).toEqual([name, fallback])
})

test('describes every variable and output', () => {
  const files = readdirSync(MODULE).filter(file => file.endsWith('.tf'))
  const blocks = files.flatMap(file => read(file).match(/^(variable|output) .*?^}/gms) ?? [])
  expect(blocks.length).toBeGreaterThan(20)
  expect(blocks.filter(block => !/^ {2}description +=/m.test(block))).toEqual([])
})

/** With one space where there is any. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** The blocks of the README in this language. */
const blocksOf = (language: string): string[] =>
  [...read('README.md').matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  )

test('the README shows plans as `terraform test` has seen them refused', () => {
  const tested = flat(read('tests/readme.tftest.hcl').replaceAll('\\"', '"'))
  const values = blocksOf('hcl')
    .filter(text => !text.includes('module'))
    .flatMap(text => text.replaceAll(/#.*/g, '').split(/^(?=\w)/m))
  const sentences = blocksOf('text').flatMap(text =>
    flat(text.replace(/^Error:.*/, '')).split(/(?<=[.]) (?=scaling[.])/),
  )
  expect([values.length, sentences.length]).toEqual([3, 5])
  expect([...values, ...sentences].map(flat).filter(text => !tested.includes(text))).toEqual([])
})
