import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { METRICS, type Metric } from '../../lib/telemetry/metrics.ts'

const PAGE = new URL('../../docs/telemetry.md', import.meta.url)
const BEGIN = '<!-- metrics: generated; UPDATE_DOCS=1 npm test -- tests/docs writes them -->\n'
const END = '<!-- end of metrics -->'

function metricsTable(metrics: Readonly<Record<string, Metric>>): string {
  const code = (words: readonly string[]) => words.map(word => `\`${word}\``).join(', ')
  const rows = Object.entries(metrics).map(([name, { kind, unit, about, attributes, from }]) => {
    const functions = from.length === 0 ? 'every function' : from.join(', ')
    return `| \`${name}\` | ${kind} | \`${unit}\` | ${about} | ${code(attributes)} | ${functions} |\n`
  })
  return `| metric | kind | unit | what it says | its series differ by | from |\n|---|---|---|---|---|---|\n${rows.join('')}`
}

test('docs/telemetry.md has the metrics of lib/telemetry/metrics.ts (UPDATE_DOCS=1 writes them)', () => {
  const [before = '', rest = ''] = readFileSync(PAGE, 'utf8').split(BEGIN)
  const [, after = ''] = rest.split(END)
  const expected = `${before}${BEGIN}\n${metricsTable(METRICS)}\n${END}${after}`
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, expected)
  expect(readFileSync(PAGE, 'utf8')).toBe(expected)
})

test('each metric is measured by functions that there are', () => {
  const named = Object.values<Metric>(METRICS).flatMap(({ from }) => from)
  const folder = (name: string) => new URL(`../../functions/${name}/index.ts`, import.meta.url)
  expect(named.filter(name => !existsSync(folder(name)))).toEqual([])
})
