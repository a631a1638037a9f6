import { expect, test } from '@jest/globals'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { readWiring } from '../../knative/local/wiring.ts'
import { operations } from '../support/contract/description.ts'

const wiring = readWiring()
const manifests = readManifests()
const names = manifests.map(({ name }) => name)

test('routes every path that callers may use to the function that answers it, and no other', () => {
  const described = operations
    .filter(({ operation }) => !operation.tags.includes('Inside'))
    .flatMap(({ path, operation }) => operation['x-functions'].map(name => `${path} ${name}`))
  const routed = wiring.routes.map(rule => `${rule.path} ${rule.function}`)
  expect(routed.sort()).toEqual([...new Set(described)].sort())
})

test('pushes to every path that is described as an inner one of a function, and to no other', () => {
  // With GET a process is asked how it is.
  const inner = operations
    .filter(({ method, operation }) => operation.tags.includes('Inside') && method === 'POST')
    .flatMap(({ path, operation }) => operation['x-functions'].map(name => `${path} ${name}`))
  const pushed = [...wiring.subscriptions, ...wiring.schedules].map(rule => `${rule.path} ${rule.function}`)
  expect(pushed.sort()).toEqual(inner.sort())
})

test('leads only to functions that have a manifest', () => {
  for (const rule of [...wiring.routes, ...wiring.subscriptions, ...wiring.schedules]) {
    expect(names).toContain(rule.function)
  }
})

test('ends a stream before Knative would cut it off, and leaves room for other requests beside streams', async () => {
  const { variables } = await import('../../functions/status/index.ts')
  const status = manifests.find(({ name }) => name === 'status')
  const numberOf = ({ name, fallback }: { name: string; fallback?: string }) =>
    Number(status?.env[name] ?? fallback)
  const { timeoutSeconds = 0, containerConcurrency = 0 } = status ?? {}
  expect(timeoutSeconds - numberOf(variables.streamSeconds)).toBeGreaterThanOrEqual(30)
  // The most that a cluster allows (max-revision-timeout-seconds).
  expect(timeoutSeconds).toBeLessThanOrEqual(600)
  expect(containerConcurrency - numberOf(variables.streamLimit)).toBeGreaterThanOrEqual(50)
})

test.each(manifests)('gives $name every variable it cannot do without', async manifest => {
  const { name, env, secrets, optionalSecrets } = manifest
  const { variables } = (await import(`../../functions/${name}/index.ts`)) as {
    variables: Record<string, { name: string; fallback?: string }>
  }
  const declared = Object.values(variables)
  const given = new Set([...Object.keys(env), ...secrets])
  const missing = declared.filter(variable => variable.fallback === undefined && !given.has(variable.name))
  expect(missing).toEqual([])
  const ofTheProcess = ['FUNCTION_TARGET', 'NODE_OPTIONS', 'MALLOC_ARENA_MAX']
  const known = new Set([...declared.map(variable => variable.name), ...ofTheProcess])
  expect([...given, ...optionalSecrets].filter(variable => !known.has(variable))).toEqual([])
})

test.each(manifests)(
  'scales $name between bounds in their order, and gives a request the acknowledgement deadline',
  manifest => {
    expect(manifest.minScale).toBeLessThanOrEqual(manifest.maxScale)
    expect(manifest.timeoutSeconds).toBeGreaterThanOrEqual(60)
  },
)
