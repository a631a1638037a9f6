import type { Clock } from '../pubsub/clock.ts'
import { Kpa, kpaSettings } from './kpa/kpa.ts'
import type { Manifest } from './manifest.ts'
import type { RevisionOptions, ScaleChange } from './revision.ts'

/** Functions scale as their annotations say. */
export type Autoscaling = {
  readonly clock?: Clock
  /** Told of each change of how many instances a function is to have. */
  readonly onChange?: (change: ScaleChange) => void
}

/** How a function scales: by Knative's rules, or, without `autoscaling`, not at all. */
export function scaleByManifest(
  { minScale, annotations, containerConcurrency }: Manifest,
  autoscaling: Autoscaling | undefined,
): Pick<RevisionOptions, 'instances' | 'scaling'> {
  // What is never scaled cannot come back from zero.
  if (autoscaling === undefined) return { instances: Math.max(1, minScale) }
  const settings = kpaSettings(annotations, containerConcurrency)
  return {
    instances: Math.max(settings.initialScale, settings.minScale),
    scaling: { ...autoscaling, rule: () => new Kpa(settings), tickSeconds: settings.tickSeconds },
  }
}
