import type { OpenRunOptions } from '../load/open-run-accounts.ts'
import type { LiveFunction } from './function-settings.ts'
import type { ScalingSettings, Variant } from './scaling-settings.ts'

/** What is played, on what, and for how long before anything is counted. */
export type LiveOptions = Pick<ScalingSettings, 'profile' | 'seed'> & {
  readonly name: LiveFunction
  readonly variant: Variant
  readonly leadInSeconds: number
  readonly interrupted: AbortSignal
  readonly show: OpenRunOptions['show']
}
