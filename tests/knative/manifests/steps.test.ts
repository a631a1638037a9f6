import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { manifestSteps } from '../../../knative/local/check/manifest-steps.ts'
import { checkWritten } from '../../../knative/local/check/manifests/check-manifests.ts'
import { toSentence } from '../../../knative/local/check/manifests/fault.ts'
import { ownFolder } from '../../support/private-engines.ts'
import { standIn } from '../local/engines/stand-in.ts'
import { ROOT } from './sample.ts'

let folder: string

beforeEach(async () => {
  folder = await ownFolder('manifests')
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('without kubectl what is written is checked, and rendering is skipped and says so', async () => {
  const steps = manifestSteps({ path: folder, directories: [] })
  expect(steps.map(({ title, skip }) => ({ title, skip }))).toEqual([
    { title: 'manifests', skip: undefined },
    { title: 'manifests, rendered', skip: 'kubectl is not installed' },
  ])
})

test('with kubectl the overlays are rendered by it', async () => {
  await standIn(folder, 'kubectl', '')
  const [, rendered] = manifestSteps({ path: folder, directories: [] })
  expect(rendered?.skip).toBeUndefined()
  expect(rendered?.command.at(-1)).toBe(join(folder, 'kubectl'))
})

/** The manifests with one text replaced in one file. */
async function written(file: string, from: string, to: string): Promise<string[]> {
  for (const part of ['services', 'jobs', 'overlays', 'wiring.yaml']) {
    await cp(`${ROOT}/knative/${part}`, join(folder, 'knative', part), { recursive: true })
  }
  const path = join(folder, 'knative', file)
  const text = await readFile(path, 'utf8')
  expect(text).toContain(from)
  await writeFile(path, text.replace(from, to))
  return (await checkWritten(folder)).map(toSentence)
}

test.each([
  [
    'overlays/gke/functions/worker.yaml',
    'autoscaling.knative.dev/window',
    'autoscaling.knative.dev/stable-window',
    'knative/overlays/gke/functions/worker.yaml: Service worker: spec.template.metadata.annotations.[autoscaling.knative.dev/stable-window]: is an annotation that nobody reads; did you mean autoscaling.knative.dev/window?',
  ],
  [
    'overlays/gke/functions/ingest.yaml',
    'serving.knative.dev/rollout-duration: 120s',
    'serving.knative.dev/rollout-duration: two minutes',
    'knative/overlays/gke/functions/ingest.yaml: Service ingest: metadata.annotations.[serving.knative.dev/rollout-duration]: must be 0s to 3600s, whole seconds; it is "two minutes"',
  ],
  [
    'overlays/gke/functions/status.yaml',
    'name: status',
    'name: statuses',
    'knative/overlays/gke/functions/status.yaml: Service statuses: metadata.name: Service statuses is not in the base',
  ],
  [
    'overlays/gke/settings.yaml',
    'project: your-project',
    'project: another',
    'knative/overlays/gke: settings.yaml: names more than one project: images are of your-project, accounts are of your-project, the setting is another',
  ],
  [
    'overlays/gke/kustomization.yaml',
    '  - service-accounts.yaml\n',
    '',
    'knative/overlays/gke: ServiceAccount worker is missing',
  ],
  [
    'overlays/cloud-run/kustomization.yaml',
    'functions/worker.yaml',
    'functions/workers.yaml',
    'knative/overlays/cloud-run/functions/workers.yaml: is named by the kustomization, and is not there',
  ],
  [
    'overlays/gke/kustomization.yaml',
    '  - path: functions/worker.yaml\n',
    '',
    'knative/overlays/gke: kustomization.yaml: no patch is for worker',
  ],
  [
    'overlays/gke/kustomization.yaml',
    '{ name: console }, { name: status }]',
    '{ name: status }]',
    'knative/overlays/gke: kustomization.yaml: PUSH_SERVICE_ACCOUNT: console does not read it: add it to `reject`',
  ],
  [
    'overlays/cloud-run/kustomization.yaml',
    '{ name: console }, { name: status }]',
    '{ name: console }, { name: status }, { name: worker }]',
    'knative/overlays/cloud-run: kustomization.yaml: PUSH_SERVICE_ACCOUNT: take worker from `reject`: it reads it, or is not there',
  ],
  ['services/kustomization.yml', '  - worker.yaml\n', '', 'knative/services: Service worker is missing'],
  [
    'overlays/gke/settings.yaml',
    'callerJwksUrl: https',
    'callerJwksUrl: http',
    'knative/overlays/gke/settings.yaml: ConfigMap settings: data.callerJwksUrl: must match pattern "^https://": whoever can change the keys can be anybody',
  ],
  [
    'overlays/gke/kustomization.yaml',
    '  - path: functions/status.yaml\n',
    '',
    'knative/overlays/gke/functions/status.yaml: no kustomization names it',
  ],
  [
    'wiring.yaml',
    'ackDeadlineSeconds: 60',
    'ackDeadlineSecond: 60',
    'knative/wiring.yaml: subscriptions[transactions-to-ingest]: ackDeadlineSecond is no field that the wiring takes here; did you mean ackDeadlineSeconds?',
  ],
  [
    'services/worker.yaml',
    'name: ORDERING_GROUPS\n              value: "8"',
    'name: ORDERING_GROUPS\n              value: "64"',
    'knative/services: env[ORDERING_GROUPS]: must be the same in every function; it is "8" in accounts, dead-letter, ingest, sweeper, and "64" in worker',
  ],
  [
    'services/worker.yaml',
    'name: worker',
    'name: ingest',
    'knative/services/worker.yaml: Service ingest: metadata.name: must be as the file is called, not ingest',
  ],
])('in %s “%s” written as “%s” is found', async (file, from, to, sentence) => {
  expect(await written(file, from, to)).toContain(sentence)
})

test('a key given twice is found, with its line', async () => {
  const [fault] = await written(
    'services/worker.yaml',
    'timeoutSeconds: 60\n',
    'timeoutSeconds: 60\n      timeoutSeconds: 90\n',
  )
  expect(fault).toMatch(/^knative\/services\/worker\.yaml: Map keys must be unique at line \d+/)
})
