import { expect, test } from '@jest/globals'
import { type Change, changed, complaintsOf, names, readObject } from './sample.ts'

const worker = readObject('knative/services/worker.yaml')
const job = readObject('knative/jobs/migrate.yaml')

const TEMPLATE = 'spec template'
const SPEC = `${TEMPLATE} spec`
const CONTAINER = `${SPEC} containers 0`
const knob = (name: string) => `${TEMPLATE} metadata annotations autoscaling.knative.dev/${name}`
const place = (name: string) => `spec.template.metadata.annotations.[autoscaling.knative.dev/${name}]`
const entry = (name: string) => {
  const { env } = (
    worker as unknown as { spec: { template: { spec: { containers: [{ env: { name: string }[] }] } } } }
  ).spec.template.spec.containers[0]
  return `${CONTAINER} env ${env.findIndex(one => one.name === name)}`
}
const IN_CONTAINER = 'spec.template.spec.containers[function]'

test.each(names)('%s keeps every rule of the base', name => {
  expect(complaintsOf(readObject(`knative/services/${name}.yaml`), 'base')).toEqual([])
})

test('the migration keeps every rule of the base', () => {
  expect(complaintsOf(job, 'base')).toEqual([])
})

type Row = readonly [broken: string, change: Change, complaint: string]

test.each<Row>([
  [
    'a field misspelt',
    [`${SPEC} timeoutSecond`, 60],
    'spec.template.spec: timeoutSecond is no field that Knative takes here; did you mean timeoutSeconds?',
  ],
  [
    'a field that Knative refuses',
    [`${SPEC} terminationGracePeriodSeconds`, 60],
    'spec.template.spec: terminationGracePeriodSeconds is no field that Knative takes here',
  ],
  [
    'a field missing',
    [`${SPEC} containerConcurrency`, undefined],
    'spec.template.spec: containerConcurrency is missing',
  ],
  [
    'no limit to what is taken at once',
    [`${SPEC} containerConcurrency`, 0],
    'spec.template.spec.containerConcurrency: must be at least 1, not 0: 0 would be without a limit and without a queue',
  ],
  [
    'less time than a push waits',
    [`${SPEC} timeoutSeconds`, 30],
    'spec.template.spec.timeoutSeconds: must be at least 60, not 30: a push waits 60 s for its acknowledgement, and a cluster allows 600 s',
  ],
  [
    'more time than a cluster allows',
    [`${SPEC} timeoutSeconds`, 900],
    'spec.template.spec.timeoutSeconds: must be at most 600, not 900: a push waits 60 s for its acknowledgement, and a cluster allows 600 s',
  ],
  [
    'text for a number',
    [`${SPEC} timeoutSeconds`, '60'],
    'spec.template.spec.timeoutSeconds: must be a whole number, not "60": a push waits 60 s for its acknowledgement, and a cluster allows 600 s',
  ],
  [
    'a number for text',
    [`${entry('MYSQL_POOL_SIZE')} value`, 2],
    `${IN_CONTAINER}.env[MYSQL_POOL_SIZE].value: must be text, not 2: Kubernetes takes text only: put it in quotes`,
  ],
  [
    'another port',
    [`${CONTAINER} ports 0 containerPort`, 80],
    `${IN_CONTAINER}.ports[0].containerPort: must be 8080, not 80: Knative gives the port as PORT, and the functions listen on 8080 without it`,
  ],
  [
    'a container that may write',
    [`${CONTAINER} securityContext readOnlyRootFilesystem`, false],
    `${IN_CONTAINER}.securityContext.readOnlyRootFilesystem: must be true, not false`,
  ],
  [
    'a container that may be root',
    [`${CONTAINER} securityContext runAsUser`, 0],
    `${IN_CONTAINER}.securityContext.runAsUser: must be at least 1000, not 0: below are users of the system`,
  ],
  [
    'a container without bounds to its rights',
    [`${CONTAINER} securityContext`, undefined],
    `${IN_CONTAINER}: securityContext is missing`,
  ],
  [
    'a start that is asked at no port',
    [`${CONTAINER} startupProbe httpGet port`, undefined],
    `${IN_CONTAINER}.startupProbe.httpGet: port is missing: Knative fills in the port of the other probes only, and without one Kubernetes refuses the pod`,
  ],
  ['no liveness', [`${CONTAINER} livenessProbe`, undefined], `${IN_CONTAINER}: livenessProbe is missing`],
  [
    'a kind that has no place there',
    ['kind', 'Pod'],
    'kind: serving.knative.dev/v1 Pod has no place here; there are serving.knative.dev/v1 Service, batch/v1 Job',
  ],
])('the schema finds %s', (_broken, change, complaint) => {
  expect(complaintsOf(changed(worker, change), 'base')).toContain(complaint)
})

test.each<Row>([
  [
    'fewest above most',
    [knob('minScale'), '11'],
    `${place('minScale')}: must be at most maxScale: 11 is more than 10`,
  ],
  [
    'no most',
    [knob('maxScale'), undefined],
    `${place('maxScale')}: is missing: without it nothing bounds the connections to the database`,
  ],
  [
    'an unlimited most',
    [knob('maxScale'), '0'],
    `${place('maxScale')}: must be a whole number from 1; it is "0"`,
  ],
  [
    'a number for the text of an annotation',
    [knob('minScale'), 1],
    `${place('minScale')}: must be text, not 1: the value of an annotation is text: put it in quotes`,
  ],
  [
    'what Knative alone reads',
    [knob('window'), '60s'],
    `${place('window')}: is for Knative; Knative and Cloud Run would not read it`,
  ],
  [
    'the spelling that Cloud Run does not read',
    [knob('min-scale'), '1'],
    `${place('min-scale')}: is an annotation that nobody reads; did you mean autoscaling.knative.dev/minScale?`,
  ],
  [
    'more processor asked for than allowed',
    [`${CONTAINER} resources requests cpu`, '1500m'],
    `${IN_CONTAINER}.resources.requests.cpu: must be at most the limit: 1500m is more than 1`,
  ],
  [
    'more memory asked for than allowed',
    [`${CONTAINER} resources requests memory`, '1Gi'],
    `${IN_CONTAINER}.resources.requests.memory: must be at most the limit: 1Gi is more than 512Mi`,
  ],
  [
    'a path that the function does not answer',
    [`${CONTAINER} readinessProbe httpGet path`, '/ready'],
    `${IN_CONTAINER}.readinessProbe.httpGet.path: worker answers /ready to nobody without a token; it answers /healthz`,
  ],
  [
    'liveness that asks what readiness does not',
    [`${CONTAINER} livenessProbe httpGet path`, '/alive'],
    `${IN_CONTAINER}.livenessProbe.httpGet.path: must ask what readiness asks, /healthz: a pod that is not alive must get no requests`,
  ],
  [
    'a variable misspelt',
    [`${entry('MYSQL_POOL_SIZE')} name`, 'MYSQL_POOLSIZE'],
    `${IN_CONTAINER}.env[MYSQL_POOLSIZE]: is a variable that worker does not read; did you mean MYSQL_POOL_SIZE?`,
  ],
  [
    'a variable of another function',
    [`${entry('ORDERING_GROUPS')} name`, 'CALLER_ISSUER'],
    `${IN_CONTAINER}.env[CALLER_ISSUER]: is a variable that worker does not read`,
  ],
  [
    'a variable that it cannot do without',
    [`${entry('PUSH_AUDIENCE')} name`, 'PUSH_ISSUER'],
    `${IN_CONTAINER}.env: PUSH_AUDIENCE is missing: worker refuses to start without it`,
  ],
  [
    'a variable given twice',
    [`${entry('PUSH_AUDIENCE')} name`, 'PUSH_ISSUER'],
    `${IN_CONTAINER}.env[PUSH_ISSUER]: is given twice; the last would win`,
  ],
  [
    'a variable without a value',
    [`${entry('ORDERING_GROUPS')} value`, undefined],
    `${IN_CONTAINER}.env[ORDERING_GROUPS]: has no value`,
  ],
  [
    'a value that the function refuses',
    [`${entry('MYSQL_POOL_SIZE')} value`, '0'],
    `${IN_CONTAINER}.env[MYSQL_POOL_SIZE]: must be a whole number from 1 to 100, not "0": the function would refuse to start`,
  ],
  [
    'a flag that Node refuses',
    [`${entry('NODE_OPTIONS')} value`, '--max-semi-space=4'],
    `${IN_CONTAINER}.env[NODE_OPTIONS]: Node takes no --max-semi-space=4 here: it would refuse to start`,
  ],
  [
    'a password in the manifest',
    [entry('MYSQL_URL'), { name: 'MYSQL_URL', value: 'mysql://root:x@h/d' }],
    `${IN_CONTAINER}.env[MYSQL_URL]: must come from the secret settle-mysql, key url, never stand in a manifest`,
  ],
  [
    'a secret that is not there',
    [`${entry('REDIS_URL')} valueFrom secretKeyRef name`, 'redis'],
    `${IN_CONTAINER}.env[REDIS_URL]: must come from the secret settle-redis, key url, not from redis, key url`,
  ],
  [
    'an address without the authority behind it',
    [entry('REDIS_CA'), { name: 'SHUTDOWN_SECONDS', value: '25' }],
    `${IN_CONTAINER}.env: REDIS_CA is missing: the certificate behind REDIS_URL is signed by an authority of its own`,
  ],
  [
    'an authority that must be given',
    [`${entry('MYSQL_CA')} valueFrom secretKeyRef optional`, undefined],
    `${IN_CONTAINER}.env[MYSQL_CA]: must come from the secret settle-mysql, key ca, optional, not from settle-mysql, key ca`,
  ],
  [
    'an end that takes longer than there is time',
    [entry('ORDERING_GROUPS'), { name: 'SHUTDOWN_SECONDS', value: '31' }],
    `${IN_CONTAINER}.env[SHUTDOWN_SECONDS]: must be at most 30, not 31: 60 s of timeoutSeconds less the 30 s that queue-proxy waits`,
  ],
  [
    'another function in it',
    [`${entry('FUNCTION_TARGET')} value`, 'status'],
    `${IN_CONTAINER}.env[FUNCTION_TARGET]: must be worker, as the object is called`,
  ],
  [
    'a function that is none',
    ['metadata name', 'workers'],
    'metadata.name: workers is no function; did you mean worker?',
  ],
  [
    'an image of a project',
    [`${CONTAINER} image`, 'docker.io/settle'],
    'spec.template.spec.containers[function].image: must be settle: an overlay names the real one',
  ],
  [
    'an account',
    [`${SPEC} serviceAccountName`, 'worker'],
    'spec.template.spec.serviceAccountName: belongs in an overlay',
  ],
  ['a namespace', ['metadata namespace', 'settle'], 'metadata.namespace: belongs in an overlay'],
])('the rules find %s', (_broken, change, complaint) => {
  expect(complaintsOf(changed(worker, change), 'base')).toContain(complaint)
})

test.each<Row>([
  ['that it is not tried again', [`spec backoffLimit`, -1], 'spec.backoffLimit: must be at least 0, not -1'],
  [
    'that it is cut off soon',
    ['spec activeDeadlineSeconds', 60],
    'spec.activeDeadlineSeconds: must be at least 600, not 60: a migration cut off half way begins again from nothing',
  ],
  [
    'that it is started again in its pod',
    [`${SPEC} restartPolicy`, 'OnFailure'],
    'spec.template.spec.restartPolicy: must be "Never", not "OnFailure"',
  ],
  [
    'probes, which nothing would answer',
    [`${CONTAINER} livenessProbe`, { httpGet: { path: '/healthz' } }],
    `${IN_CONTAINER}: livenessProbe is no field that Kubernetes takes here`,
  ],
  [
    'a variable that it does not read',
    [`${CONTAINER} env 0 name`, 'REDIS_KEY_PREFIX'],
    `${IN_CONTAINER}.env[REDIS_KEY_PREFIX]: is a variable that migrate does not read`,
  ],
  [
    'a secret that it does not read',
    [`${CONTAINER} env 1 name`, 'REDIS_URL'],
    `${IN_CONTAINER}.env[REDIS_URL]: is a variable that migrate does not read`,
  ],
])('of the migration the rules find %s', (_broken, change, complaint) => {
  expect(complaintsOf(changed(job, change), 'base')).toContain(complaint)
})
