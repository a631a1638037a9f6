import { expect, test } from '@jest/globals'
import { findCommandFaults, findValueFaults } from '../support/documented/find-command-faults.ts'
import { countNpmCalls, findNpmFaults } from '../support/documented/find-npm-faults.ts'
import { DOCUMENTS, read } from '../support/documented/repository.ts'

const DEPLOY = read('docs/deploy.md')
const OPERATIONS = read('docs/operations.md')
/** Values that the commands give beside the file. */
const BESIDES = ['state_bucket', 'image']
/** What a document shows to be refused. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  'terraform/scaling/README.md': ['scaling.worker: there is no field maxx'],
}

test.each(DOCUMENTS)('%s tells people to type and look for nothing that is not there', file => {
  expect(findCommandFaults(read(file))).toEqual(MEANT[file] ?? [])
})

test('finds the commands that there are', () => {
  const calls = DOCUMENTS.reduce((sum, file) => sum + countNpmCalls(read(file)), 0)
  expect(calls).toBeGreaterThan(150)
})

test.each([
  ['a script', 'npm run verfy', 'package.json has no script verfy'],
  ['a flag', '`npm run verify -- --ful`', 'npm run verify takes no --ful'],
  ['a flag of npm start', 'npm start -- --onec', 'npm start takes no --onec'],
  ['a flag in brackets', 'npm run replay -- FILE.csv [--twise]', 'npm run replay takes no --twise'],
  [
    'a flag in a further line',
    'npm run loadgen -- --rate 5 \\\n  --acounts 3',
    'npm run loadgen takes no --acounts',
  ],
  ['a flag of one letter', 'npm test -- -x name', 'npm test takes no -x'],
  ['a command of the client', 'npm run --silent client -- pay alice', 'client has no command pay'],
  ['a flag of the client', 'npm run client -- open a USD --opening 1', 'npm run client takes no --opening'],
  ['a variable', 'FUZZ_SEEDS=3 npm test -- tests/contract/fuzz', 'nothing reads FUZZ_SEEDS'],
])('sees %s that npm would not take', (_what, text, said) => {
  expect(findNpmFaults(text)).toEqual([said])
})

test('deploy.md gives each stage the values it needs, and none that it does not know', () => {
  expect(findValueFaults(DEPLOY, 'cloud')).toEqual([])
  expect(findValueFaults(DEPLOY, 'platform', BESIDES)).toEqual([])
})

test.each([
  [
    'a value misspelt',
    'notification_channels = [',
    'notification_channel = [',
    'cloud',
    'has no variable notification_channel',
  ],
  [
    'a value that is not given',
    /caller_issuer .*\n/,
    '',
    'platform',
    'needs caller_issuer, which is not given',
  ],
] as const)('sees %s', (_what, right, wrong, stage, said) => {
  const slipped = DEPLOY.replace(right, wrong)
  expect(findValueFaults(slipped, stage, BESIDES)).toContain(`terraform/${stage} ${said}`)
})

test.each([
  ['a folder', 'terraform -chdir=terraform/plattform init', 'there is no folder terraform/plattform'],
  [
    'an overlay',
    'kubectl kustomize knative/overlays/cloudrun',
    'there is no folder knative/overlays/cloudrun',
  ],
  [
    'a variable',
    'terraform -chdir=terraform/platform apply -var="state_bucket=b" -var="imag=x"',
    'there is no variable of terraform/platform imag',
  ],
  ['a variable in a sentence', 'raise `nodes_in_zone` there', 'there is no variable or field nodes_in_zone'],
  [
    'a variable of a plan',
    'terraform plan -var max_connections=500 -var transfers=1',
    'there is no variable of terraform/scaling transfers',
  ],
  [
    'an output',
    'terraform -chdir=terraform/platform output -raw ip',
    'there is no output of terraform/platform ip',
  ],
  [
    'a target',
    'terraform -chdir=terraform/platform apply -target=helm_release.knative',
    'there is no resource of terraform/platform helm_release.knative',
  ],
  [
    'a substitution',
    '--substitutions="_API=x,_TOKEN_URL=y"',
    'there is no substitution of cloudbuild.yaml _API',
  ],
  ['a secret', 'gcloud secrets versions add settle-smoke --data-file=-', 'there is no secret settle-smoke'],
  ['a namespace', 'kubectl get pods --namespace settled', 'there is no namespace settled'],
  ['a function', 'kubectl logs --selector=serving.knative.dev/service=workr', 'there is no function workr'],
  ['a subscription', 'gcloud pubsub subscriptions describe to-ingest', 'there is no subscription to-ingest'],
  ['a schedule', 'gcloud scheduler jobs run sweeper', 'there is no schedule sweeper'],
  ['a database', 'gcloud sql operations list --instance=main', 'there is no database main'],
  ['an account', 'serviceAccount:settle-builder@$PROJECT.iam', 'there is no account settle-builder'],
  [
    'a line of the log',
    'jsonPayload.message=("swept" OR "group is blocked")',
    'nobody logs "group is blocked"',
  ],
  [
    'a field of scaling',
    '```hcl\nscaling = {\n  worker = { maximum = 2 }\n}',
    'scaling.worker: there is no field maximum',
  ],
  [
    'a function of scaling',
    '```hcl\nscaling = {\n  ingress = { max = 2 }\n}',
    'scaling: there is no function ingress',
  ],
])('sees %s that is not there', (_what, text, said) => {
  expect(findCommandFaults(text)).toContain(said)
})

test('the patterns find their names in the documents', () => {
  const emptied = `${DEPLOY}${OPERATIONS}`
    .replaceAll('settle', 'other')
    .replaceAll('terraform/platform', 'terraform/plat')
  expect(findCommandFaults(emptied).length).toBeGreaterThan(20)
})
