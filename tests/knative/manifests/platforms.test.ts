import { expect, test } from '@jest/globals'
import { type Change, changed, complaintsOf, names, readObject, readObjects } from './sample.ts'

const IMAGE = `europe-west1-docker.pkg.dev/sample/settle/settle@sha256:${'0'.repeat(64)}`
const SPEC = 'spec template spec'
const CONTAINER = `${SPEC} containers 0`
const KNOBS = 'spec template metadata annotations'
const IN_CONTAINER = 'spec.template.spec.containers[function]'

const base = readObject('knative/services/worker.yaml')
const onGke = changed(
  base,
  ['metadata namespace', 'settle'],
  [`${CONTAINER} image`, IMAGE],
  [`${SPEC} serviceAccountName`, 'worker'],
)
const fromManager = (name: string) => ({ secretKeyRef: { name, key: 'latest' } })
const INGRESS = 'run.googleapis.com/ingress'
const onCloudRun = changed(
  base,
  ['metadata annotations', { [INGRESS]: 'internal-and-cloud-load-balancing' }],
  [`${CONTAINER} image`, IMAGE],
  [`${SPEC} serviceAccountName`, 'settle-worker@sample.iam.gserviceaccount.com'],
  [`${CONTAINER} securityContext`, undefined],
  [`${CONTAINER} readinessProbe`, undefined],
  [`${CONTAINER} resources requests`, undefined],
  [`${CONTAINER} env 3 valueFrom`, fromManager('settle-mysql-url')],
  [`${CONTAINER} env 4 valueFrom`, fromManager('settle-mysql-ca')],
  [`${CONTAINER} env 6 valueFrom`, fromManager('settle-redis-url')],
  [`${CONTAINER} env 7 valueFrom`, fromManager('settle-redis-ca')],
  [`${CONTAINER} env 8`, { name: 'SHUTDOWN_SECONDS', value: '8' }],
)

test('the samples themselves keep every rule', () => {
  expect(complaintsOf(onGke, 'gke')).toEqual([])
  expect(complaintsOf(onCloudRun, 'cloud-run')).toEqual([])
})

type Row = readonly [broken: string, change: Change, complaint: string]

test.each<Row>([
  [
    'an annotation misspelt',
    [`${KNOBS} autoscaling.knative.dev/stable-window`, '60s'],
    'spec.template.metadata.annotations.[autoscaling.knative.dev/stable-window]: is an annotation that nobody reads; did you mean autoscaling.knative.dev/window?',
  ],
  [
    'an annotation out of bounds',
    [`${KNOBS} autoscaling.knative.dev/window`, '5s'],
    'spec.template.metadata.annotations.[autoscaling.knative.dev/window]: must be 6s to 3600s, whole seconds; it is "5s"',
  ],
  [
    'an image by a tag',
    [`${CONTAINER} image`, 'europe-west1-docker.pkg.dev/sample/settle/settle:1'],
    `${IN_CONTAINER}.image: must be REGION-docker.pkg.dev/PROJECT/settle/settle@sha256:DIGEST, not europe-west1-docker.pkg.dev/sample/settle/settle:1: a tag can be moved`,
  ],
  [
    'the account of another function',
    [`${SPEC} serviceAccountName`, 'ingest'],
    'spec.template.spec.serviceAccountName: must be worker: each function runs as an account of its own',
  ],
  [
    'no account',
    [`${SPEC} serviceAccountName`, undefined],
    'spec.template.spec.serviceAccountName: must be worker: each function runs as an account of its own',
  ],
  ['another namespace', ['metadata namespace', 'default'], 'metadata.namespace: must be settle'],
])('on GKE the rules find %s', (_broken, change, complaint) => {
  expect(complaintsOf(changed(onGke, change), 'gke')).toContain(complaint)
})

test.each<Row>([
  [
    'a function that everybody reaches',
    [`metadata annotations ${INGRESS}`, 'all'],
    `metadata.annotations.[${INGRESS}]: must be internal, internal-and-cloud-load-balancing; it is "all"`,
  ],
  [
    'a function of which it is not said who reaches it',
    [`metadata annotations ${INGRESS}`, undefined],
    `metadata.annotations: ${INGRESS} is missing: without it everybody reaches the function, past the load balancer and Cloud Armor`,
  ],
  [
    'a security context',
    [`${CONTAINER} securityContext`, { runAsNonRoot: true }],
    `${IN_CONTAINER}: securityContext is no field that Cloud Run takes here`,
  ],
  [
    'a readiness probe',
    [`${CONTAINER} readinessProbe`, { httpGet: { path: '/healthz' } }],
    `${IN_CONTAINER}: readinessProbe is no field that Cloud Run takes here`,
  ],
  [
    'requests of resources',
    [`${CONTAINER} resources requests`, { cpu: '1', memory: '1Gi' }],
    `${IN_CONTAINER}.resources: requests is no field that Cloud Run takes here`,
  ],
  [
    'an annotation of Knative alone',
    [`${KNOBS} autoscaling.knative.dev/window`, '60s'],
    'spec.template.metadata.annotations.[autoscaling.knative.dev/window]: is for Knative; Cloud Run would not read it',
  ],
  [
    'a Secret of Kubernetes',
    [`${CONTAINER} env 3 valueFrom`, { secretKeyRef: { name: 'settle-mysql', key: 'url' } }],
    `${IN_CONTAINER}.env[MYSQL_URL]: must come from the secret settle-mysql-url, key latest, not from settle-mysql, key url`,
  ],
  [
    'an optional secret',
    [
      `${CONTAINER} env 4 valueFrom`,
      { secretKeyRef: { name: 'settle-mysql-ca', key: 'latest', optional: true } },
    ],
    `${IN_CONTAINER}.env[MYSQL_CA]: must come from the secret settle-mysql-ca, key latest, not from settle-mysql-ca, key latest, optional`,
  ],
  [
    'a name for an account',
    [`${SPEC} serviceAccountName`, 'worker'],
    'spec.template.spec.serviceAccountName: must be settle-worker@PROJECT.iam.gserviceaccount.com: each function runs as an account of its own',
  ],
  [
    'an end longer than ten seconds',
    [`${CONTAINER} env 8 value`, '25'],
    `${IN_CONTAINER}.env[SHUTDOWN_SECONDS]: must be at most 10, not 25: Cloud Run kills an instance after that`,
  ],
])('on Cloud Run the rules find %s', (_broken, change, complaint) => {
  expect(complaintsOf(changed(onCloudRun, change), 'cloud-run')).toContain(complaint)
})

const folder = 'knative/overlays/gke'
const [budget] = readObjects(`${folder}/pod-disruption-budgets.yaml`)
const [account] = readObjects(`${folder}/service-accounts.yaml`)
const policies = readObjects(`${folder}/network-policies.yaml`)
const [namespace] = readObjects(`${folder}/namespace.yaml`)
const out = policies.find(({ metadata }) => metadata.name === 'functions-out')
const into = policies.find(({ metadata }) => metadata.name === 'functions-in')

test.each<readonly [broken: string, object: unknown, change: Change, complaint: string]>([
  [
    'a budget that blocks drains',
    budget,
    ['spec maxUnavailable', 0],
    'spec.maxUnavailable: must be at least 1, not 0: with 0 no node could ever be drained',
  ],
  [
    'a budget by what must be there',
    budget,
    ['spec minAvailable', 1],
    'spec: minAvailable is no field that Kubernetes takes here; did you mean maxUnavailable?',
  ],
  [
    'an account of another function',
    account,
    ['metadata annotations iam.gke.io/gcp-service-account', 'settle-worker@sample.iam.gserviceaccount.com'],
    'metadata.annotations.[iam.gke.io/gcp-service-account]: must be settle-accounts@PROJECT.iam.gserviceaccount.com',
  ],
  [
    'an account whose token is mounted',
    account,
    ['automountServiceAccountToken', true],
    'automountServiceAccountToken: must be false, not true: nothing here talks to Kubernetes',
  ],
  [
    'a policy open to everybody',
    into,
    ['spec ingress 0 from', undefined],
    'spec.ingress[0]: from is missing',
  ],
  [
    'a policy open at every port',
    into,
    ['spec ingress 0 ports', []],
    'spec.ingress[0].ports: must NOT have fewer than 1 items: without one, every port is let through',
  ],
  [
    'a range that is none',
    into,
    ['spec ingress 3 from 0 ipBlock cidr', 'nodes'],
    'spec.ingress[3].from[0].ipBlock.cidr: must match pattern "^\\d{1,3}(\\.\\d{1,3}){3}/\\d{1,2}$": an address and its prefix, such as 10.0.0.0/20',
  ],
  [
    'a policy whose rules do nothing',
    out,
    ['spec policyTypes', ['Ingress']],
    'spec.policyTypes: must name Egress: without it the rules below egress do nothing',
  ],
  [
    'a policy for a namespace that nobody makes',
    into,
    ['spec ingress 1 from 0 namespaceSelector matchLabels kubernetes.io/metadata.name', 'knative'],
    'spec.ingress[1].from[0].namespaceSelector: nobody makes a namespace knative; there are knative-serving, kourier-system, gmp-system, kube-system, gke-managed-otel',
  ],
  [
    'a policy that lets out to everything inside',
    out,
    ['spec egress 1 to 0 ipBlock except', ['10.0.0.0/8']],
    'spec.egress[1].to[0].ipBlock.except: must have 172.16.0.0/12, 192.168.0.0/16: nothing inside the network is reached by being public',
  ],
  [
    'a namespace in which pods may be root',
    namespace,
    ['metadata labels pod-security.kubernetes.io/enforce', 'baseline'],
    'metadata.labels.[pod-security.kubernetes.io/enforce]: must be "restricted", not "baseline": else a pod may run as root',
  ],
  [
    'another namespace than accounts are bound to',
    namespace,
    ['metadata name', 'settle-test'],
    'metadata.name: must be "settle", not "settle-test": every account of Google\'s is bound to this namespace',
  ],
])('the rules find %s', (_broken, object, change, complaint) => {
  const sample = object as Parameters<typeof complaintsOf>[0]
  expect(complaintsOf(sample, 'gke')).toEqual([])
  expect(complaintsOf(changed(sample, change), 'gke')).toContain(complaint)
})

test.each(names)('no more of %s is taken away at a time than one pod, and never none', name => {
  const budgets = readObjects(`${folder}/pod-disruption-budgets.yaml`) as unknown as {
    metadata: { name: string }
    spec: { maxUnavailable: number }
  }[]
  expect(budgets.filter(one => one.metadata.name === name).map(({ spec }) => spec.maxUnavailable)).toEqual([
    1,
  ])
})
