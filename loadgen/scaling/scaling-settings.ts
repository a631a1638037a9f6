import type { FunctionName, FunctionSettings } from './function-settings.ts'
import type { Profile } from './profiles.ts'
import type { ServiceTime } from './service-time.ts'

/** USD an hour, of what a pod requests. */
export type Prices = { readonly cpuHour: number; readonly gibHour: number }

/** One of the settings that are compared. */
export type Variant = { readonly label: string; readonly settings: FunctionSettings }

/** A comparison of settings of one function. */
export type ScalingSettings = {
  readonly name: FunctionName
  readonly variants: readonly Variant[]
  readonly profile: Profile
  readonly service: ServiceTime
  readonly coldStartSeconds: number
  readonly prices: Prices
  readonly seed: number
}
