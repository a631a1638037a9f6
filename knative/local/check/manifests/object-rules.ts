import { annotationFaults } from './annotation-rules.ts'
import { probeFaults, resourceFaults, shutdownFaults } from './container-rules.ts'
import type { ManifestObject, Platform } from './document.ts'
import { environmentFaults } from './environment-rules.ts'
import type { Complaint } from './fault.ts'
import { identityFaults } from './identity-rules.ts'
import type { NetworkPolicy } from './overlay-rules.ts'
import { policyFaults } from './policy-rules.ts'
import { scaleFaults } from './scale-rules.ts'
import { schemaFaults } from './schema-faults.ts'
import { CONTAINER, type Container, type Service, type Surroundings } from './service.ts'

type JobSpec = { readonly serviceAccountName?: string; readonly containers: readonly [Container] }

/** The schema of each kind, by platform; a kind that is not named is not taken there. */
const SCHEMAS: Readonly<Record<Platform, Readonly<Record<string, string>>>> = {
  base: { 'serving.knative.dev/v1 Service': 'knative-service', 'batch/v1 Job': 'job' },
  gke: {
    'serving.knative.dev/v1 Service': 'knative-service',
    'batch/v1 Job': 'job',
    'policy/v1 PodDisruptionBudget': 'pod-disruption-budget',
    'networking.k8s.io/v1 NetworkPolicy': 'network-policy',
    'v1 ServiceAccount': 'service-account',
    'v1 Namespace': 'namespace',
  },
  'cloud-run': {
    'serving.knative.dev/v1 Service': 'cloud-run-service',
    'run.googleapis.com/v1 Job': 'cloud-run-job',
  },
}

/** What is wrong with one object by itself: first by its schema, and when that holds by the rules. */
export function objectFaults(object: ManifestObject, surroundings: Surroundings): Complaint[] {
  const { platform } = surroundings
  const kind = `${object.apiVersion} ${object.kind}`
  const schema = SCHEMAS[platform][kind]
  if (schema === undefined) return [['kind', `${kind} has no place here; there are ${kindsOf(platform)}`]]
  const broken = schemaFaults(object, schema, takerOf(object, platform))
  const annotations = annotationsOf(object, platform)
  if (broken.length > 0) return [...broken, ...annotations]
  return [...annotations, ...kindFaults(object, surroundings)]
}

function kindFaults(object: ManifestObject, surroundings: Surroundings): Complaint[] {
  switch (object.kind) {
    case 'Service':
      return serviceFaults(object as unknown as Service, surroundings)
    case 'Job':
      return jobFaults(object, surroundings)
    case 'ServiceAccount':
      return accountFaults(object)
    case 'NetworkPolicy':
      return policyFaults(object as NetworkPolicy)
    default:
      return []
  }
}

function serviceFaults(service: Service, surroundings: Surroundings): Complaint[] {
  const { name, namespace } = service.metadata
  const { containers, serviceAccountName } = service.spec.template.spec
  const { env, image } = containers[0]
  const field = 'spec.template.spec'
  return [
    ...scaleFaults(service),
    ...resourceFaults(service),
    ...probeFaults(service, surroundings),
    ...shutdownFaults(service, surroundings),
    ...environmentFaults(name, env, surroundings, CONTAINER),
    ...identityFaults({ name, namespace, image, account: serviceAccountName, field }, surroundings),
  ]
}

function jobFaults(object: ManifestObject, surroundings: Surroundings): Complaint[] {
  const isCloudRun = surroundings.platform === 'cloud-run'
  const field = isCloudRun ? 'spec.template.spec.template.spec' : 'spec.template.spec'
  const spec = field
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], object) as JobSpec
  const { env, image } = spec.containers[0]
  const { name, namespace } = object.metadata
  return [
    ...environmentFaults(name, env, surroundings, `${field}.containers[function]`),
    ...identityFaults({ name, namespace, image, account: spec.serviceAccountName, field }, surroundings),
  ]
}

function accountFaults({ metadata }: ManifestObject): Complaint[] {
  const key = 'iam.gke.io/gcp-service-account'
  const wanted = `settle-${metadata.name}@`
  if (metadata.annotations?.[key]?.startsWith(wanted) === true) return []
  return [[`metadata.annotations.[${key}]`, `must be ${wanted}PROJECT.iam.gserviceaccount.com`]]
}

function annotationsOf(object: ManifestObject, platform: Platform): Complaint[] {
  const { template } = (object as { spec?: { template?: Pick<ManifestObject, 'metadata'> } }).spec ?? {}
  const level = object.kind === 'ServiceAccount' ? 'account' : 'service'
  const own = object.metadata?.annotations ?? {}
  const ofTemplate = template?.metadata?.annotations ?? {}
  return [
    ...annotationFaults(own, { platform, level, field: 'metadata.annotations' }),
    ...annotationFaults(ofTemplate, {
      platform,
      level: 'template',
      field: 'spec.template.metadata.annotations',
    }),
  ]
}

function takerOf({ kind }: ManifestObject, platform: Platform): string {
  if (platform === 'cloud-run') return 'Cloud Run'
  return kind === 'Service' ? 'Knative' : 'Kubernetes'
}

function kindsOf(platform: Platform): string {
  return Object.keys(SCHEMAS[platform]).join(', ')
}
