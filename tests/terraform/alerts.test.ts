import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { readWiring } from '../../knative/local/wiring.ts'
import { type Body, blocks, type Json, readModule } from './hcl/read-module.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8')

const cloud = await readModule('cloud')
const platform = await readModule('platform')

type Condition = {
  readonly filter: string
  readonly for_seconds: number
  readonly above: Json
  readonly period: number
  readonly aligner: string
}
type Alert = { readonly title: string; readonly severity: string; readonly conditions: readonly Condition[] }

const table = Object.entries(cloud.locals.get('alerts') as unknown as Readonly<Record<string, Alert>>)
const alert = (id: string): Condition => {
  const [condition] = table.find(([name]) => name === id)?.[1].conditions ?? []
  if (condition === undefined) throw new Error(`there is no alert ${id}`)
  return condition
}

/** The sections that alerts link to: of the table, and of the one policy that watches for silence. */
const linked = [
  ...table.map(([id]) => id),
  ...[
    ...JSON.stringify(cloud.resources.get('google_monitoring_alert_policy.sweeper_silent')).matchAll(
      /\{var\.runbook_url\}#([\w-]+)/g,
    ),
  ].map(([, id = '']) => id),
]

/** Headings as GitHub makes links of them. */
function anchors(markdown: string): string[] {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return headings.map(heading =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .trim()
      .replaceAll(' ', '-'),
  )
}

/** Links that lead nowhere. */
const deadLinks = (markdown: string): string[] => {
  const there = anchors(markdown)
  return [...new Set(linked)].filter(id => !there.includes(id))
}

/** Sections for alerts that there are not. */
const idleSections = (markdown: string): string[] => {
  const [, rest = ''] = markdown.split(/^## Alerts$/m)
  return anchors((rest.split(/^## /m)[0] ?? '').replaceAll(/^#{4,} .*$/gm, '')).filter(
    id => !linked.includes(id),
  )
}

test('every alert has its section in the runbook', () => {
  expect(linked.length).toBeGreaterThan(10)
  expect(existsSync(`${ROOT}docs/operations.md`)).toBe(true)
  expect(deadLinks(read('docs/operations.md'))).toEqual([])
})

test('every section for an alert has its alert', () => {
  expect(idleSections(read('docs/operations.md'))).toEqual([])
  expect(idleSections(read('docs/operations.md').replace('### cpu', '### disk-full\n\n### cpu'))).toEqual([
    'disk-full',
  ])
})

test('an alert whose section is missing is seen', () => {
  expect(deadLinks(read('docs/operations.md').replace(/^(#+) `?cpu`?$/m, '$1 processor'))).toEqual(['cpu'])
})

/** By alert: how its title says when it fires, and of each condition above what, and for how many seconds. */
const THRESHOLDS: readonly (readonly [
  id: string,
  says: string,
  ...conditions: (readonly [Json, number])[],
])[] = [
  ['cpu', 'over 80 % of its limit for 5 min', [0.8, 300]],
  ['memory', 'over 60 % of its limit for 5 min', [0.6, 300]],
  ['restarts', 'more than once in 10 min', [1, 0]],
  // Of a minute, more than half: of five in a row.
  ['node-not-ready', 'not ready for 5 min', [0.5, 300]],
  ['slow-requests', 'More than 1 % of requests over 2 s for 5 min', [2000, 300]],
  ['oldest-unacked', 'for more than 2 min', [120, 60]],
  ['dead-letters', 'There is a dead letter', [0, 0], [0.5, 0]],
  ['oldest-pending', 'PENDING for more than 2 min', [120, 0]],
  ['sql-connections', 'more than 80 % of its connections', [`\${0.8 * var.max_connections}`, 120]],
  ['redis-memory', 'more than 80 % of its memory in use for 5 min', [0.8, 300]],
]

test('there are these alerts, and no others', () => {
  expect(table.map(([id]) => id).sort()).toEqual(THRESHOLDS.map(([id]) => id).sort())
})

test.each(THRESHOLDS)('%s fires when it is “%s”, and says so', (id, says, ...conditions) => {
  const { title, conditions: found = [] } = table.find(([name]) => name === id)?.[1] ?? {}
  expect(title).toContain(says)
  expect(found.map(condition => [condition.above, condition.for_seconds])).toEqual(conditions)
})

test('restarts are counted over ten minutes, and slow requests by their 99th percentile', () => {
  expect([alert('restarts').aligner, alert('restarts').period]).toEqual(['ALIGN_DELTA', 600])
  expect(JSON.stringify(alert('slow-requests'))).toContain('REDUCE_PERCENTILE_99')
})

test('the oldest PENDING is told after two sweeps, and before ingest takes no more', async () => {
  const { variables } = await import('../../functions/ingest/index.ts')
  const [sweep] = readWiring().schedules
  expect(alert('oldest-pending').above).toBeGreaterThanOrEqual(2 * (sweep?.everySeconds ?? Number.NaN))
  expect(alert('oldest-pending').above).toBeLessThan(Number(variables.pendingLimitSeconds.fallback))
})

test('the gauges are fields of the line that the sweeper logs', () => {
  const source = read('functions/sweeper/sweep.ts')
  const line = String(cloud.locals.get('swept'))
  const [, message = ''] = /jsonPayload\.message=\\?"(\w+)/.exec(line.replaceAll('\\"', '"')) ?? []
  expect(source).toContain(`log.info(done, '${message}')`)
  const logged = [...source.matchAll(/^ {6}readonly (\w+): number$/gm)].map(([, name]) => name)
  const gauges = Object.values(cloud.locals.get('gauges') as Body).map(gauge => (gauge as Body)['field'])
  expect(gauges.length).toBeGreaterThan(2)
  expect(gauges.filter(field => !logged.includes(String(field)))).toEqual([])
})

/** Gauges that something looks at, and that are not made of the sweeper's line. */
function unknownGauges(texts: string): string[] {
  const known = Object.keys(cloud.locals.get('gauges') as Body)
  const named = [
    ...texts.matchAll(
      /(?:logging\.googleapis\.com\/user\/|google_logging_metric\.gauge\[\\*")(settle-[a-z-]+)/g,
    ),
  ]
  return named.map(([, name = '']) => name).filter(name => !known.includes(name))
}

test('alerts and charts look at gauges that there are', () => {
  expect(unknownGauges(JSON.stringify([...cloud.resources.values(), ...cloud.locals.values()]))).toEqual([])
  expect(
    unknownGauges(
      'gauge: google_logging_metric.gauge["settle-oldest"], logging.googleapis.com/user/settle-out',
    ),
  ).toEqual(['settle-oldest', 'settle-out'])
})

test('alerts and charts on requests name backends that there are', () => {
  const [, name = ''] = /backend_target_name=\\?"([\w-]+)/.exec(alert('slow-requests').filter) ?? []
  const template = platform.resources.get('google_compute_backend_service.gateway')?.['name']
  const backends = Object.keys(platform.locals.get('backends') as Body).map(key =>
    String(template).replace(/\$\{.*\}/, key),
  )
  expect(backends).toContain(name)
  // Streams last for minutes: in one backend with the others they would be its slow requests.
  expect(backends.length).toBeGreaterThan(2)
})

test('watches the container that the manifests name', () => {
  const [, container = ''] = /container_name=\\?"(\w+)/.exec(String(cloud.locals.get('functions_only'))) ?? []
  expect(read('knative/services/worker.yaml')).toContain(`- name: ${container}\n`)
})

test('every policy tells somebody, has a severity, links the runbook, and closes by itself', () => {
  const policies = [...cloud.resources].filter(([address]) =>
    address.startsWith('google_monitoring_alert_policy.'),
  )
  expect(policies.length).toBe(2)
  for (const [, body] of policies) {
    expect(String(body['notification_channels'])).toContain('var.notification_channels')
    expect(String(body['severity'])).toMatch(/^(CRITICAL|ERROR|WARNING|\$\{each\.value\.severity\})$/)
    expect(String(blocks(body['documentation'])[0]?.['content'])).toContain('var.runbook_url')
    expect(blocks(body['alert_strategy'])[0]?.['auto_close']).toMatch(/^\d+s$/)
  }
  expect(table.filter(([, { severity }]) => !['CRITICAL', 'ERROR', 'WARNING'].includes(severity))).toEqual([])
})
