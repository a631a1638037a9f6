import type { KpaSettings } from './kpa-settings.ts'

/** `progress-deadline` of config-deployment (600 s), and the 30 s more that scaler.go waits. */
const ACTIVATION_TIMEOUT_MS = 630_000

/** Whether there is traffic, as the PodAutoscaler's condition Active says it. */
type Activity = 'activating' | 'active' | 'inactive'

export type Reconciled = { readonly replicas: number; readonly activatorInPath: boolean }

/**
 * Turns what the traffic asks for into what the deployment is told: bounds, initial scale, and the way to zero. Rules of
 * knative/serving pkg/reconciler/autoscaling/kpa/scaler.go and kpa.go. The revision is taken to be reachable.
 */
export class DeployedScale {
  readonly #settings: KpaSettings
  #replicas: number
  #activity: Activity = 'activating'
  #activitySinceMs: number | undefined
  #hasHadInitialScale = false
  #inPathSinceMs: number | undefined

  constructor(settings: KpaSettings) {
    this.#settings = settings
    // The deployment is made with it (pkg/reconciler/revision/resources/deploy.go).
    this.#replicas = this.#bounded(settings.initialScale)
  }

  /** `desired` is undefined while nothing has been measured. */
  reconcile(
    atMs: number,
    desired: number | undefined,
    readyInstances: number,
    excessBurstCapacity: number,
  ): Reconciled {
    const wanted = this.#want(atMs, desired)
    // Without instances there is no other way (pkg/reconciler/serverlessservice/serverlessservice.go).
    const activatorInPath = !wanted || excessBurstCapacity < 0 || readyInstances === 0
    this.#inPathSinceMs = activatorInPath ? (this.#inPathSinceMs ?? atMs) : undefined
    this.#noteActivity(atMs, wanted, readyInstances)
    return { replicas: this.#replicas, activatorInPath }
  }

  /** What is wanted, and as a side effect what the deployment is told; undefined: nothing can be said. */
  #want(atMs: number, desired: number | undefined): number | undefined {
    if (desired === undefined && this.#activity !== 'activating') return undefined
    const bounded = this.#bounded(desired ?? 0)
    if (bounded > 0) return this.#tell(bounded)
    const { windowSeconds, graceSeconds, retentionSeconds } = this.#settings
    const forMs = atMs - (this.#activitySinceMs ?? atMs)
    if (this.#activity === 'activating') return forMs > ACTIVATION_TIMEOUT_MS ? this.#tell(0) : undefined
    if (this.#activity === 'active')
      // Wanting zero makes it inactive, which brings the activator into the path; the last instance stays meanwhile.
      return forMs >= windowSeconds * 1000 ? 0 : this.#tell(1)
    // Where the activator has been in the path for as long already, as for want of room, only the retention is waited for.
    const inPathMs = atMs - (this.#inPathSinceMs ?? atMs)
    const mayEnd = forMs >= retentionSeconds * 1000 && inPathMs >= graceSeconds * 1000
    return mayEnd ? this.#tell(0) : 0
  }

  #tell(replicas: number): number {
    this.#replicas = replicas
    return replicas
  }

  /** What is below the least becomes that, even if the most is less: an initial scale beyond the most is reached, and then left. */
  #bounded(desired: number): number {
    const { maxScale } = this.#settings
    const least = this.#least()
    if (desired < least) return least
    return maxScale > 0 ? Math.min(desired, maxScale) : desired
  }

  /** The initial scale counts as the least until it has been reached once; one of 1 asks for nothing. */
  #least(): number {
    const { minScale, initialScale } = this.#settings
    return !this.#hasHadInitialScale && initialScale > 1 ? Math.max(minScale, initialScale) : minScale
  }

  /** kpa.go, computeActiveCondition. */
  #noteActivity(atMs: number, wanted: number | undefined, readyInstances: number): void {
    const { minScale, initialScale } = this.#settings
    const enough = Math.max(minScale, this.#hasHadInitialScale ? 1 : initialScale)
    if (readyInstances >= enough) this.#hasHadInitialScale = true
    if (wanted === undefined && this.#activity === 'inactive') return
    const now: Activity = wanted === 0 ? 'inactive' : readyInstances < enough ? 'activating' : 'active'
    if (now === this.#activity && this.#activitySinceMs !== undefined) return
    this.#activity = now
    this.#activitySinceMs = atMs
  }
}
