import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { agreementFaults } from '../../../knative/local/check/manifests/agreement-rules.ts'
import {
  checkRendered,
  checkWritten,
  renderedFaults,
} from '../../../knative/local/check/manifests/check-manifests.ts'
import type { ManifestObject } from '../../../knative/local/check/manifests/document.ts'
import { toSentence } from '../../../knative/local/check/manifests/fault.ts'
import { coverageFaults } from '../../../knative/local/check/manifests/overlay-rules.ts'
import { projectFaults } from '../../../knative/local/check/manifests/project-rules.ts'
import type { Service } from '../../../knative/local/check/manifests/service.ts'
import { AS, kubectl, overlayDocuments } from './rendered-overlay.ts'
import { changed, functions, names, ROOT, readObject, toDocuments } from './sample.ts'

test('what is written keeps every rule', async () => {
  expect((await checkWritten(ROOT)).map(toSentence)).toEqual([])
})

test(`what the overlays render to keeps every rule (${AS})`, async () => {
  const faults = kubectl === undefined ? await checkWritten(ROOT) : await checkRendered(ROOT, kubectl)
  expect(faults.map(toSentence)).toEqual([])
})

test.each(['gke', 'cloud-run'] as const)(`%s has every function and the migration (${AS})`, overlay => {
  const titles = overlayDocuments(overlay).map(({ object }) => `${object.kind} ${object.metadata.name}`)
  for (const name of names) expect(titles).toContain(`Service ${name}`)
  expect(titles).toContain('Job migrate')
  const patches = readdirSync(`${ROOT}/knative/overlays/${overlay}/functions`)
  expect(patches.sort()).toEqual(names.map(name => `${name}.yaml`).sort())
})

const gke = overlayDocuments('gke').map(({ object }) => object)

test.each([
  ['Service', 'worker', 'Service worker is missing'],
  ['Job', 'migrate', 'Job migrate is missing'],
  ['ServiceAccount', 'status', 'ServiceAccount status is missing'],
  ['ServiceAccount', 'migrate', 'ServiceAccount migrate is missing'],
  ['PodDisruptionBudget', 'ingest', 'PodDisruptionBudget for ingest is missing'],
  ['NetworkPolicy', 'functions-in', 'no NetworkPolicy lets port 8012 through to worker'],
  ['NetworkPolicy', 'functions-in', 'no NetworkPolicy lets port 9090 through to accounts'],
  ['NetworkPolicy', 'functions-out', 'no NetworkPolicy lets dead-letter out to port 3306'],
  ['NetworkPolicy', 'migrate-out', 'no NetworkPolicy lets migrate out to port 3306'],
  ['NetworkPolicy', 'names-and-identity', 'no NetworkPolicy lets sweeper out to port 53'],
  ['NetworkPolicy', 'names-and-identity', 'no NetworkPolicy lets sweeper out to port 988'],
  [
    'NetworkPolicy',
    'nothing',
    'there is no NetworkPolicy that lets nothing through to every pod and from it',
  ],
])(`gke without its %s %s is found to lack it (${AS})`, (kind, name, complaint) => {
  const rest = gke.filter(object => object.kind !== kind || object.metadata.name !== name)
  expect(rest).toHaveLength(gke.length - 1)
  const messages = coverageFaults(toDocuments(rest), names, 'gke').map(([, message]) => message)
  expect(messages).toContain(complaint)
})

test(`a migration of which the pods have another label is found to be let out nowhere (${AS})`, () => {
  const relabelled = gke.map(object =>
    object.kind === 'Job' ? changed(object, ['spec template metadata labels', { app: 'migrate' }]) : object,
  )
  const messages = coverageFaults(toDocuments(relabelled), names, 'gke').map(([, message]) => message)
  expect(messages).toContain('no NetworkPolicy lets migrate out to port 3306')
})

test.each([
  ['ORDERING_GROUPS', '64', '"8" in ingest, and "64" in worker'],
  ['PUBSUB_PROJECT_ID', 'other', '"settle" in ingest, and "other" in worker'],
  // Where it is not given it is what the code has.
  ['RESULTS_TOPIC', 'results', '"transaction-results" in ingest, and "results" in worker'],
])('functions that differ in %s are found: %s', (name, value, list) => {
  const [ingest, worker] = ['ingest', 'worker'].map(one => readObject(`knative/services/${one}.yaml`))
  const { env } = (worker as unknown as Service).spec.template.spec.containers[0]
  const given = env.filter(entry => entry.name !== name)
  const place = 'spec template spec containers 0 env'
  const other = changed(worker as ManifestObject, [
    place,
    value === undefined ? given : [...given, { name, value }],
  ])
  expect(
    agreementFaults(toDocuments([ingest as ManifestObject, worker as ManifestObject]), functions),
  ).toEqual([])
  expect(agreementFaults(toDocuments([ingest as ManifestObject, other]), functions)).toEqual([
    [`env[${name}]`, `must be the same in every function; it is ${list}`],
  ])
})

test('two budgets for the same pods are found: Kubernetes would evict none of them', () => {
  const again = gke.filter(object => object.kind === 'PodDisruptionBudget')
  const messages = coverageFaults(toDocuments([...gke, ...again]), names, 'gke').map(([, message]) => message)
  expect(messages).toContain(
    'PodDisruptionBudget for worker is there more than once, and Kubernetes would evict none of its pods',
  )
})

test('a project that is changed in one place only is found', () => {
  const account = gke.find(object => object.kind === 'ServiceAccount' && object.metadata.name === 'ingest')
  const other = {
    ...account,
    metadata: {
      annotations: { 'iam.gke.io/gcp-service-account': 'settle-ingest@other.iam.gserviceaccount.com' },
    },
  } as unknown as (typeof gke)[number]
  const [fault] = projectFaults(toDocuments([...gke, other]))
  expect(fault?.[1]).toMatch(/^names more than one project: .*accounts are of other/)
})

test('a fault of a rendered overlay names the overlay, the function and the place', () => {
  const worker = gke.find(object => object.kind === 'Service' && object.metadata.name === 'worker')
  const sample = structuredClone(worker) as unknown as {
    spec: { template: { spec: { timeoutSeconds: number } } }
  }
  sample.spec.template.spec.timeoutSeconds = 5
  const faults = renderedFaults(toDocuments([sample as unknown as (typeof gke)[number]]), 'gke', functions)
  expect(faults.map(toSentence)).toContain(
    'sample.yaml: Service worker: spec.template.spec.timeoutSeconds: must be at least 60, not 5: a push waits 60 s for its acknowledgement, and a cluster allows 600 s',
  )
})

test('an object without the parts that the rules read is a fault, not a failure of the check', () => {
  const broken = [{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }, { kind: 'Service' }]
  const faults = renderedFaults(toDocuments(broken as unknown as typeof gke), 'gke', functions)
  expect(faults.map(toSentence)).toEqual(
    expect.arrayContaining([
      'sample.yaml: NetworkPolicy without a name: metadata is missing',
      expect.stringMatching(
        /^sample\.yaml: Service without a name: kind: undefined Service has no place here/,
      ),
    ]),
  )
})

test('the files that the overlays build on are all named there', () => {
  const files = readdirSync(`${ROOT}/knative/services`).filter(file => file.endsWith('.yaml'))
  expect(files.sort()).toEqual(names.map(name => `${name}.yaml`).sort())
  expect(existsSync(`${ROOT}/knative/services/kustomization.yml`)).toBe(true)
})
