import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { blocks, readModule } from './hcl/read-module.ts'

const POLICIES = new URL('../../knative/overlays/gke/network-policies.yaml', import.meta.url)
const GOOGLES = 'http://opentelemetry-collector.gke-managed-otel.svc.cluster.local:4318'

const platform = await readModule('platform')
const endpoint = platform.variables.get('otlp_endpoint') ?? {}

/** The regular expression of an expression, which JavaScript reads as Terraform does. */
function patternIn(expression: unknown): RegExp {
  const [, pattern = ''] = /regex\("(.*)", var\.otlp_endpoint\)/.exec(String(expression)) ?? []
  return new RegExp(pattern.replaceAll('\\\\', '\\').replaceAll('?P<', '?<'))
}

test.each([
  ['', true],
  [GOOGLES, true],
  ['http://collector.observe.svc.cluster.local:4318', true],
  ['https://otlp.example.com', true],
  ['https://otlp.example.com/otlp', true],
  ['http://otlp.example.com:4318', false],
  ['http://10.0.0.7:4318', false],
  ['https://otlp.example.com:4318', false],
  ['collector.observe.svc.cluster.local:4318', false],
  ['http://collector.observe.svc.cluster.local', false],
])('whether functions may be told to send to "%s": %p', (address, isTaken) => {
  const [validation] = blocks(endpoint['validation'])
  expect(patternIn(validation?.['condition']).test(address)).toBe(isTaken)
})

test('nothing is sent anywhere unless it is said where to', () => {
  expect(endpoint['default']).toBe('')
  const values = String(platform.locals.get('optional_values'))
  expect(values).toContain('OTEL_EXPORTER_OTLP_ENDPOINT = var.otlp_endpoint')
  expect(values).toContain('if value != ""')
  expect(String(platform.modules.get('scaling')?.['environment'])).toContain('local.optional_values')
})

test('functions may reach the collector that they send to, and that alone, where Terraform puts it in the policy', () => {
  const text = readFileSync(POLICIES, 'utf8')
  const policies = parseAllDocuments(text).map(document => document.toJSON())
  const policy = policies.find(({ metadata }) => metadata.name === 'telemetry-out')
  const { namespace = '', port = '' } =
    patternIn(platform.locals.get('collector')).exec(GOOGLES)?.groups ?? {}
  expect(policy.spec.egress).toEqual([
    {
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }],
      ports: [{ protocol: 'TCP', port: Number(port) }],
    },
  ])
  // What Terraform replaces stands there once.
  expect(text.split(namespace)).toHaveLength(2)
  expect(text.split(`port: ${port}`)).toHaveLength(2)
  const replaced = String(platform.locals.get('policy_texts'))
  expect(replaced).toContain(`"${namespace}", local.collector.namespace`)
  expect(replaced).toContain(`"port: ${port}", "port: `)
})
