import { join } from 'node:path'
import { FunctionPool } from './function-pool.ts'
import type { Manifest } from './manifest.ts'
import { type Autoscaling, scaleByManifest } from './scale-by-manifest.ts'

export type PoolPlan = {
  /** For logs. */
  readonly folder: string
  /** Variables that stand over those of the manifests, and for secrets. */
  readonly given: Readonly<Record<string, string>>
  readonly autoscaling?: Autoscaling
}

/** Makes each function from its manifest, not started yet. Throws if nothing gives a secret that one names. */
export function makePools(manifests: readonly Manifest[], plan: PoolPlan): Map<string, FunctionPool> {
  return new Map(manifests.map(manifest => [manifest.name, makePool(manifest, plan)]))
}

function makePool(manifest: Manifest, { folder, given, autoscaling }: PoolPlan): FunctionPool {
  const { name, env, secrets, containerConcurrency, timeoutSeconds } = manifest
  const missing = secrets.filter(secret => given[secret] === undefined)
  if (missing.length > 0)
    throw new Error(`knative/services/${name}.yaml: nothing gives ${missing.join(', ')}`)
  return new FunctionPool({
    ...{ name, containerConcurrency, timeoutSeconds, ...scaleByManifest(manifest, autoscaling) },
    env: { ...env, ...given },
    logFile: join(folder, `${name}.log`),
  })
}
