import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { type Json, readModule } from './hcl/read-module.ts'

const README = new URL('../../terraform/README.md', import.meta.url)

const begin = (stage: string): string =>
  `<!-- variables of ${stage}: generated; UPDATE_DOCS=1 npm test -- tests/terraform writes them -->\n`
const END = '<!-- end of variables -->'

/** A default as HCL writes it; what has none must be given. */
function asDefault(value: Json | undefined): string {
  if (value === undefined) return 'required'
  const text = JSON.stringify(value).replaceAll(/"(\w+)":/g, ' $1 = ')
  return `\`${text.replace(/^\{ (.*)\}$/, '{ $1 }')}\``
}

async function variablesTable(stage: string): Promise<string> {
  const { variables } = await readModule(stage)
  const rows = [...variables].map(
    ([name, body]) => `| \`${name}\` | ${String(body['description'])} | ${asDefault(body['default'])} |\n`,
  )
  return `| variable | what it says | if it is not given |\n|---|---|---|\n${rows.join('')}`
}

test.each(['cloud', 'platform'])(
  'terraform/README.md has the variables of %s as they are declared (UPDATE_DOCS=1 writes them)',
  async stage => {
    const [before = '', rest = ''] = readFileSync(README, 'utf8').split(begin(stage))
    const after = rest.slice(rest.indexOf(END))
    const expected = `${before}${begin(stage)}\n${await variablesTable(stage)}\n${after}`
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(README, expected)
    expect(readFileSync(README, 'utf8')).toBe(expected)
  },
)
