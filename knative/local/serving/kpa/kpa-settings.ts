import { annotationReader } from './annotation-reader.ts'

/** What decides how a revision scales: of its annotations, of its spec, and of the cluster. */
export type KpaSettings = {
  /** Requests in progress that an instance is to have, before utilisation; never above `containerConcurrency`, if that is set. */
  readonly target: number
  /** The share of `target` that is aimed for, above 0 and at most 1. */
  readonly targetUtilization: number
  readonly metric: 'concurrency'
  readonly windowSeconds: number
  readonly panicWindowPercentage: number
  readonly panicThresholdPercentage: number
  /** Requests at once that the instances are to have room for without the activator; 0: no such room, -1: always behind the activator. */
  readonly targetBurstCapacity: number
  readonly minScale: number
  /** 0: as many as it takes. */
  readonly maxScale: number
  readonly initialScale: number
  /** Instances that it takes to begin with when there is anything to do at all; below 2: no such rule. */
  readonly activationScale: number
  readonly scaleDownDelaySeconds: number
  /** How long the last instance is kept, once there is no traffic. */
  readonly retentionSeconds: number
  /** Requests that an instance takes at once; 0: as many as come. */
  readonly containerConcurrency: number
} & ClusterSettings

/** What `config-autoscaler` sets for a whole cluster. */
export type ClusterSettings = {
  readonly tickSeconds: number
  readonly maxScaleUpRate: number
  readonly maxScaleDownRate: number
  readonly graceSeconds: number
  /** Requests that one activator has room for; it decides how many of them there are, which makes no difference to one revision. */
  readonly activatorCapacity: number
}

/** As Knative ships them: config/core/configmaps/autoscaler.yaml; the tick is in pkg/autoscaler/scaling/multiscaler.go. */
export const CLUSTER_SETTINGS: ClusterSettings = {
  tickSeconds: 2,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
  graceSeconds: 30,
  activatorCapacity: 100,
}

/** `container-concurrency-target-default` of config-autoscaler, where nothing limits an instance. */
const TARGET_WITHOUT_LIMIT = 100

/**
 * The settings that a revision with these annotations has, with Knative's defaults for what is not given. Throws an Error
 * that names the annotation where Knative's webhook would refuse it (pkg/apis/autoscaling/annotation_validation.go), and
 * where it asks for another autoscaler or metric than is built here.
 */
export function kpaSettings(
  annotations: Readonly<Record<string, string>>,
  containerConcurrency: number,
): KpaSettings {
  const read = annotationReader(annotations)
  read.only('class', 'kpa.autoscaling.knative.dev')
  read.only('metric', 'concurrency')
  read.only('metric-aggregation-algorithm', 'linear')
  const settings: KpaSettings = {
    ...CLUSTER_SETTINGS,
    containerConcurrency,
    metric: 'concurrency',
    target: read.decimal('target', containerConcurrency || TARGET_WITHOUT_LIMIT, 0.01),
    targetUtilization: read.decimal('target-utilization-percentage', 70, 1, 100) / 100,
    windowSeconds: read.seconds('window', 60, 6),
    panicWindowPercentage: read.decimal('panic-window-percentage', 10, 1, 100),
    panicThresholdPercentage: read.decimal('panic-threshold-percentage', 200, 110, 1000),
    targetBurstCapacity: read.decimal('target-burst-capacity', 211, -1),
    minScale: read.whole('min-scale', 0, 0),
    maxScale: read.whole('max-scale', 0, 0),
    initialScale: read.whole('initial-scale', 1, 1),
    activationScale: read.whole('activation-scale', 1, 2),
    scaleDownDelaySeconds: read.seconds('scale-down-delay', 0, 0),
    retentionSeconds: read.seconds('scale-to-zero-pod-retention-period', 0, 0),
  }
  checkRelations(settings)
  return settings
}

function checkRelations(settings: KpaSettings): void {
  const { minScale, maxScale, activationScale, targetBurstCapacity } = settings
  if (maxScale > 0 && minScale > maxScale)
    throw new Error(`min-scale ${minScale} is greater than max-scale ${maxScale}`)
  if (activationScale > 1 && minScale > activationScale)
    throw new Error(`min-scale ${minScale} is greater than activation-scale ${activationScale}`)
  if (maxScale > 0 && activationScale > maxScale)
    throw new Error(`activation-scale ${activationScale} is greater than max-scale ${maxScale}`)
  if (targetBurstCapacity < 0 && targetBurstCapacity !== -1)
    throw new Error(`target-burst-capacity ${targetBurstCapacity}: must be -1 or at least 0`)
}

/**
 * What an instance has room for, in requests in progress, and what of that is aimed for. The target never exceeds what the
 * container takes at once (pkg/reconciler/autoscaling/resources/target.go).
 */
export function targetOf(settings: KpaSettings): { readonly aim: number; readonly room: number } {
  const { target, targetUtilization, containerConcurrency } = settings
  const room = containerConcurrency === 0 ? target : Math.min(target, containerConcurrency)
  return { aim: Math.max(0.01, room * targetUtilization), room }
}

/** Whole seconds, at least one (pkg/reconciler/autoscaling/resources/metric.go). */
export function panicWindowSeconds({ windowSeconds, panicWindowPercentage }: KpaSettings): number {
  return Math.max(1, Math.round((windowSeconds * panicWindowPercentage) / 100))
}
