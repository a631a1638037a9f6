import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { readManifests } from '../../knative/local/serving/manifest.ts'

const PAGE = new URL('../../docs/operations.md', import.meta.url)
/** The migration Job and people: `connections_kept_back` of terraform/scaling. */
const KEPT_BACK = 14

const functions = readManifests()
  .map(({ name, maxScale, env }) => ({ name, max: maxScale, pool: Number(env['MYSQL_POOL_SIZE']) }))
  .sort((one, other) => one.name.localeCompare(other.name))

/** Twice: while a new revision takes over, it and the one before may both have as many. */
const TABLE = /(?<=^\| function \| `max` × `pool_size` \| twice \|\n\|.*\n)(?:\|.*\n)+/m

function connectionsTable(): string {
  const rows = functions.map(
    ({ name, max, pool }) => `| \`${name}\` | ${max} × ${pool} | ${2 * max * pool} |\n`,
  )
  const needed = functions.reduce((sum, { max, pool }) => sum + 2 * max * pool, KEPT_BACK)
  const together = `| **together** | | **${needed} of 400** |\n`
  return `${rows.join('')}| migration, people | | ${KEPT_BACK} |\n${together}`
}

/** An example of `scaling`, and the sum of its connections; perhaps the `max_connections` of which they are 80 %. */
const EXAMPLE =
  /(```hcl\nscaling = \{\n[\s\S]*?\n\}[\s\S]*?\*Connections:\* )2 × .*?\*\*\d+ of 400\*\*(: `max_connections` )?(?:\d+)?/g

function withSum(_: string, example: string, atLeast?: string): string {
  const given = new Map(
    [...example.matchAll(/^ *([\w-]+) *= \{.*?\bmax = (\d+)/gm)].map(([, name, max]) => [name, Number(max)]),
  )
  const parts = functions.map(({ name, max, pool }) => ({ max: given.get(name) ?? max, pool }))
  const sum = parts.reduce((total, { max, pool }) => total + max * pool, 0)
  const needed = 2 * sum + KEPT_BACK
  const terms = parts.map(({ max, pool }) => `${max} × ${pool}`).join(' + ')
  const total = `2 × (${terms}) + ${KEPT_BACK} = 2 × ${sum} + ${KEPT_BACK} = **${needed} of 400**`
  return `${example}${total}${atLeast === undefined ? '' : `${atLeast}${Math.ceil(needed / 0.8)}`}`
}

test('docs/operations.md counts connections as the manifests make them (UPDATE_DOCS=1 writes them)', () => {
  const text = readFileSync(PAGE, 'utf8')
  expect(text).toMatch(TABLE)
  expect(text.match(EXAMPLE)).toHaveLength(3)
  const expected = text.replace(TABLE, connectionsTable()).replace(EXAMPLE, withSum)
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, expected)
  expect(readFileSync(PAGE, 'utf8')).toBe(expected)
})
