import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { readWiring } from '../../knative/local/wiring.ts'

const wiring = readWiring()
const manifests = readManifests()
const names = manifests.map(({ name }) => name)

test('routes every path of the API description to a function, and no other', () => {
  const { paths } = parse(readFileSync(new URL('../../docs/openapi.yaml', import.meta.url), 'utf8'))
  const pushed = wiring.subscriptions.map(({ path }) => path)
  const described = Object.keys(paths).filter(path => !pushed.includes(path))
  expect(wiring.routes.map(({ path }) => path).sort()).toEqual(described.sort())
})

test('leads only to functions that have a manifest', () => {
  for (const rule of [...wiring.routes, ...wiring.subscriptions, ...wiring.schedules]) {
    expect(names).toContain(rule.function)
  }
})

test.each(manifests)('gives $name every variable it cannot do without', async ({ name, env, secrets }) => {
  const { variables } = (await import(`../../functions/${name}/index.ts`)) as {
    variables: Record<string, { name: string; fallback?: string }>
  }
  const declared = Object.values(variables)
  const given = new Set([...Object.keys(env), ...secrets])
  const missing = declared.filter(variable => variable.fallback === undefined && !given.has(variable.name))
  expect(missing).toEqual([])
  const known = new Set([...declared.map(variable => variable.name), 'FUNCTION_TARGET'])
  expect([...given].filter(variable => !known.has(variable))).toEqual([])
})

test.each(manifests)(
  'scales $name between bounds in their order, and gives a request the acknowledgement deadline',
  manifest => {
    expect(manifest.minScale).toBeLessThanOrEqual(manifest.maxScale)
    expect(manifest.timeoutSeconds).toBeGreaterThanOrEqual(60)
  },
)
