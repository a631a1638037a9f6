import {
  type AnnotationValue,
  accountEmail,
  amount,
  atLeast,
  burstCapacity,
  duration,
  jsonList,
  number,
  whole,
  words,
} from './annotation-value.ts'
import type { Platform } from './document.ts'

/** Whose `metadata.annotations` it stands in. */
export type AnnotationLevel = 'service' | 'template' | 'account'

/** An annotation that is read by somebody. Knative takes any other without a word, and does nothing. */
export type Annotation = {
  readonly key: string
  readonly level: AnnotationLevel
  readonly platforms: readonly Platform[]
  readonly value: AnnotationValue
}

const BOTH: readonly Platform[] = ['base', 'gke', 'cloud-run']
const GKE: readonly Platform[] = ['gke']
const CLOUD_RUN: readonly Platform[] = ['cloud-run']

const isNetworkInterface = (element: unknown) =>
  typeof element === 'object' && element !== null && 'network' in element && 'subnetwork' in element

/**
 * Every annotation that we use or may use, in the one spelling that we use. Knative takes minScale and maxScale in
 * hyphens too, but Cloud Run does not. Bounds are those of Knative Serving 1.23 (pkg/apis/autoscaling).
 */
export const ANNOTATIONS: readonly Annotation[] = [
  autoscaling('minScale', BOTH, whole(0)),
  // 0 would be without a limit: the database's connections have one.
  autoscaling('maxScale', BOTH, whole(1)),
  autoscaling('initial-scale', GKE, whole(1)),
  autoscaling('activation-scale', GKE, whole(2)),
  autoscaling('class', GKE, words('kpa.autoscaling.knative.dev', 'hpa.autoscaling.knative.dev')),
  autoscaling('metric', GKE, words('concurrency', 'rps', 'cpu', 'memory')),
  autoscaling('target', GKE, atLeast(0.01)),
  autoscaling('target-utilization-percentage', GKE, number(1, 100)),
  autoscaling('window', GKE, duration(6, 3600)),
  autoscaling('panic-window-percentage', GKE, number(1, 100)),
  autoscaling('panic-threshold-percentage', GKE, number(110, 1000)),
  autoscaling('target-burst-capacity', GKE, burstCapacity),
  autoscaling('scale-down-delay', GKE, duration(0, 3600)),
  autoscaling('scale-to-zero-pod-retention-period', GKE, duration(0, 3600)),
  { key: 'serving.knative.dev/rollout-duration', level: 'service', platforms: GKE, value: duration(0, 3600) },
  {
    key: 'serving.knative.dev/progress-deadline',
    level: 'template',
    platforms: GKE,
    value: duration(60, 3600),
  },
  ...['cpu', 'memory', 'ephemeral-storage'].flatMap(resource =>
    ['request', 'limit'].map(bound => sidecar(`${resource}-resource-${bound}`)),
  ),
  // Not `all`: what comes from anywhere would come past Cloud Armor.
  cloudRun('ingress', 'service', words('internal', 'internal-and-cloud-load-balancing')),
  cloudRun('invoker-iam-disabled', 'service', words('true', 'false')),
  cloudRun('cpu-throttling', 'template', words('true', 'false')),
  cloudRun('startup-cpu-boost', 'template', words('true', 'false')),
  cloudRun('execution-environment', 'template', words('gen1', 'gen2')),
  cloudRun('vpc-access-egress', 'template', words('private-ranges-only', 'all-traffic')),
  cloudRun(
    'network-interfaces',
    'template',
    jsonList('[{"network":"…","subnetwork":"…"}]', isNetworkInterface),
  ),
  { key: 'iam.gke.io/gcp-service-account', level: 'account', platforms: GKE, value: accountEmail },
]

function autoscaling(name: string, platforms: readonly Platform[], value: AnnotationValue): Annotation {
  return { key: `autoscaling.knative.dev/${name}`, level: 'template', platforms, value }
}

function sidecar(name: string): Annotation {
  return {
    key: `queue.sidecar.serving.knative.dev/${name}`,
    level: 'template',
    platforms: GKE,
    value: amount,
  }
}

function cloudRun(name: string, level: AnnotationLevel, value: AnnotationValue): Annotation {
  return { key: `run.googleapis.com/${name}`, level, platforms: CLOUD_RUN, value }
}
