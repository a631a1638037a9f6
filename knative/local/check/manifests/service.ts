import type { Platform } from './document.ts'
import type { KnownFunction } from './known-functions.ts'

export type SecretKeyRef = { readonly name: string; readonly key: string; readonly optional?: true }
export type EnvEntry = {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef: SecretKeyRef }
}
type Probe = { readonly httpGet: { readonly path: string } }
type Amounts = { readonly cpu: string; readonly memory: string }

export type Container = {
  readonly image: string
  readonly env: readonly EnvEntry[]
  readonly startupProbe?: Probe
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
  readonly resources: { readonly requests?: Amounts; readonly limits: Amounts }
}

/** A Knative Service of which the schema has been checked. */
export type Service = {
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations: Readonly<Record<string, string>> }
      readonly spec: {
        readonly containerConcurrency: number
        readonly timeoutSeconds: number
        readonly serviceAccountName?: string
        readonly containers: readonly [Container]
      }
    }
  }
}

/** What a rule is told beside the object itself. */
export type Surroundings = {
  readonly platform: Platform
  /** The functions of the code, and the migration, by name. */
  readonly functions: ReadonlyMap<string, KnownFunction>
}

export const CONTAINER = 'spec.template.spec.containers[function]'
