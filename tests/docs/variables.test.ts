import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import type { Variable } from '../../lib/config/parse-config.ts'

const BEGIN = '<!-- variables: generated; UPDATE_DOCS=1 npm test -- tests/docs writes them -->\n'
const END = '<!-- end of variables -->'

/** The table of a function's variables, from where they are declared. */
function variablesTable(variables: Record<string, Variable<unknown>>): string {
  const rows = Object.values(variables).map(({ name, about, unit, fallback }) => {
    const value = fallback === undefined ? 'required' : fallback === '' ? 'none' : `\`${fallback}\``
    return `| \`${name}\` | ${about} | ${unit ?? ''} | ${value} |\n`
  })
  return `| variable | what it says | unit | if it is not set |\n|---|---|---|---|\n${rows.join('')}`
}

const DOCUMENTED = [
  ...readManifests().map(({ name }) => ({
    name,
    source: `functions/${name}/index.ts`,
    readme: `functions/${name}/README.md`,
  })),
  { name: 'migrate', source: 'functions/migrate.ts', readme: 'knative/image/README.md' },
]

test.each(DOCUMENTED)(
  '$readme has the variables of $source as they are declared (UPDATE_DOCS=1 writes them)',
  async ({ source, readme }) => {
    const file = new URL(`../../${readme}`, import.meta.url)
    const { variables } = await import(`../../${source}`)
    const text = readFileSync(file, 'utf8')
    const [before = '', rest = ''] = text.split(BEGIN)
    const [, after = ''] = rest.split(END)
    const expected = `${before}${BEGIN}\n${variablesTable(variables)}\n${END}${after}`
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, expected)
    expect(readFileSync(file, 'utf8')).toBe(expected)
  },
)
