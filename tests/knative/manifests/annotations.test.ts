import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { annotationFaults } from '../../../knative/local/check/manifests/annotation-rules.ts'
import { ANNOTATIONS } from '../../../knative/local/check/manifests/annotations.ts'
import type { Platform } from '../../../knative/local/check/manifests/document.ts'
import { scaleFaults } from '../../../knative/local/check/manifests/scale-rules.ts'
import type { Service } from '../../../knative/local/check/manifests/service.ts'
import { ROOT } from './sample.ts'

const short = (key: string) => key.replace('autoscaling.knative.dev/', '')

function ofTemplate(annotations: Record<string, string>, platform: Platform = 'gke'): string[] {
  const faults = annotationFaults(annotations, { platform, level: 'template', field: 'annotations' })
  return faults.map(([, message]) => message)
}

test.each([
  ['stable-window', 'window'],
  ['maxscale', 'maxScale'],
  ['max-scale', 'maxScale'],
  ['targetBurstCapacity', 'target-burst-capacity'],
  ['target-burst-capcity', 'target-burst-capacity'],
  ['scale-to-zero-retention-period', 'scale-to-zero-pod-retention-period'],
  ['panic-threshold-percent', 'panic-threshold-percentage'],
])('an annotation misspelt as %s fails, and %s is named', (written, meant) => {
  expect(ofTemplate({ [`autoscaling.knative.dev/${written}`]: '1' })).toEqual([
    `is an annotation that nobody reads; did you mean autoscaling.knative.dev/${meant}?`,
  ])
})

test('an annotation that resembles none fails without a guess', () => {
  expect(ofTemplate({ 'example.com/owner': 'me' })).toEqual(['is an annotation that nobody reads'])
})

test.each([
  ['target', ['0.01', '70', '99.5'], ['0', '-1', '1e3', 'ten', '']],
  ['target-utilization-percentage', ['1', '70', '100'], ['0', '101', '70%']],
  ['window', ['6s', '60s', '3600s'], ['5s', '3601s', '60', '6.5s', '1500ms', 's', '1m30s', '1h']],
  ['panic-window-percentage', ['1', '10', '100'], ['0.5', '101']],
  ['panic-threshold-percentage', ['110', '1000'], ['109', '1001']],
  ['target-burst-capacity', ['-1', '0', '200'], ['-2', '-0.5', 'all']],
  ['scale-down-delay', ['0s', '3600s'], ['-1s', '3601s', '90']],
  ['scale-to-zero-pod-retention-period', ['0s', '600s'], ['61m', '5']],
  ['initial-scale', ['1', '3'], ['0', '-1', '1.5']],
  ['activation-scale', ['2'], ['1', '0']],
  ['minScale', ['0', '3'], ['-1', 'one', '']],
  ['metric', ['concurrency', 'rps'], ['requests']],
  ['class', ['kpa.autoscaling.knative.dev'], ['kpa']],
])('takes values of %s within bounds, and no others', (name, allowed, refused) => {
  const faultsOf = (value: string) => ofTemplate({ [`autoscaling.knative.dev/${name}`]: value })
  expect(allowed.filter(value => faultsOf(value).length > 0)).toEqual([])
  expect(refused.filter(value => faultsOf(value).length === 0)).toEqual([])
})

test('an annotation of the Service in its template fails, and the other way round', () => {
  expect(ofTemplate({ 'serving.knative.dev/rollout-duration': '60s' })).toEqual([
    'stands in the metadata of the template; it is read in that of the service only',
  ])
  const onService = { platform: 'gke', level: 'service', field: 'annotations' } as const
  expect(annotationFaults({ 'autoscaling.knative.dev/window': '60s' }, onService)).toEqual([
    [
      'annotations.[autoscaling.knative.dev/window]',
      'stands in the metadata of the service; it is read in that of the template only',
    ],
  ])
})

test('what Knative alone reads fails on Cloud Run, and the other way round', () => {
  expect(ofTemplate({ 'autoscaling.knative.dev/target': '70' }, 'cloud-run')).toEqual([
    'is for Knative; Cloud Run would not read it',
  ])
  expect(ofTemplate({ 'run.googleapis.com/cpu-throttling': 'false' })).toEqual([
    'is for Cloud Run; Knative would not read it',
  ])
  expect(ofTemplate({ 'run.googleapis.com/network-interfaces': 'settle' }, 'cloud-run')).toHaveLength(1)
})

function scaling(annotations: Record<string, string>): string[] {
  const keys = Object.entries({ minScale: '0', maxScale: '5', ...annotations }).map(
    ([name, value]) => [`autoscaling.knative.dev/${name}`, value] as const,
  )
  const template = { metadata: { annotations: Object.fromEntries(keys) }, spec: { containerConcurrency: 16 } }
  const service = { metadata: { name: 'sample' }, spec: { template } } as unknown as Service
  return scaleFaults(service).map(([field, message]) => `${short(field.slice(36, -1))} ${message}`)
}

test.each<[string, Record<string, string>, string]>([
  [
    'few to begin with than at most',
    { 'initial-scale': '6' },
    'initial-scale must be at most maxScale: 6 is more than 5',
  ],
  [
    'fewer woken than the most',
    { 'activation-scale': '6' },
    'activation-scale must be from minScale to maxScale: 6 is not from 0 to 5',
  ],
  [
    'more woken than the fewest',
    { minScale: '3', 'activation-scale': '2' },
    'activation-scale must be from minScale to maxScale: 2 is not from 3 to 5',
  ],
  [
    'a target that can be reached',
    { target: '17' },
    'target must be at most containerConcurrency: 17 is more than 16, so it would never be reached',
  ],
  [
    'a metric that its class has',
    { metric: 'cpu' },
    'metric must be concurrency or rps with the class kpa.autoscaling.knative.dev; it is "cpu"',
  ],
  [
    'a metric of the other class',
    { class: 'hpa.autoscaling.knative.dev', metric: 'rps' },
    'metric must be cpu or memory with the class hpa.autoscaling.knative.dev; it is "rps"',
  ],
  [
    'a panic window that can be measured',
    { window: '6s' },
    "panic-window-percentage must make a window of 1 s or more, Knative's measure; it makes 0.6 s of a window of 6 s",
  ],
])('wants %s', (_wanted, annotations, complaint) => {
  expect(scaling(annotations)).toEqual([complaint])
})

test('lets requests a second be more than are taken at once', () => {
  expect(scaling({ metric: 'rps', target: '500' })).toEqual([])
  expect(scaling({ target: '16', 'initial-scale': '5', 'activation-scale': '2', window: '10s' })).toEqual([])
})

test('knative/README.md has a row for every annotation, with its bounds, and for no other', () => {
  const rows = readFileSync(`${ROOT}/knative/README.md`, 'utf8').split('\n')
  const described = rows.flatMap(row => {
    const [, key, , bounds] = /^\| `([^`]+)` \|([^|]*)\|([^|]*)\|/.exec(row) ?? []
    return key?.includes('/') === true ? [`${key} ${bounds?.trim()}`] : []
  })
  expect(described.sort()).toEqual(ANNOTATIONS.map(({ key, value }) => `${key} ${value.bounds}`).sort())
})

type Field = { readonly at: string; readonly least: number; readonly most?: number; readonly suffix?: string }
const fields = parse(readFileSync(`${ROOT}/terraform/scaling/fields.yaml`, 'utf8')) as Record<string, Field>
const annotated = Object.entries(fields).filter(([, { at }]) => at.includes('/'))

test('takes the fields of terraform/scaling that are annotations', () => {
  expect(annotated.length).toBeGreaterThan(10)
})

test.each(annotated)('takes of %s what terraform/scaling takes, as it writes it', (_field, rule) => {
  const { at, least, most = least + 1, suffix = '' } = rule
  expect([least, most].flatMap(value => ofTemplate({ [at]: `${value}${suffix}` }))).toEqual([])
})
