import type { FunctionSettings, Overrides } from './function-settings.ts'
import type { Profile } from './profiles.ts'
import type { ServiceTime } from './service-time.ts'

/** USD an hour, of what a pod requests. */
export type Prices = { readonly cpuHour: number; readonly gibHour: number }

/** One of the settings that are compared. */
export type Variant = {
  readonly label: string
  readonly overrides: Overrides
  readonly settings: FunctionSettings
}

/** What a simulation takes to be so. */
export type Model = { readonly service: ServiceTime; readonly coldStartSeconds: number }

/** A comparison of settings of one function. */
export type ScalingSettings = {
  readonly name: string
  readonly variants: readonly Variant[]
  readonly profile: Profile
  /** Undefined where it is played in real time, on the local stack: there all of it is as it is. */
  readonly model: Model | undefined
  readonly prices: Prices
  readonly seed: number
}
