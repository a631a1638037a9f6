import type { Engines } from '../../knative/local/engines/start-engines.ts'

// Jest loads setup and teardown as two modules that share nothing but the global object.
const KEY = Symbol.for('settle.shared-engines')

/** What the setup leaves for the teardown. */
export interface SharedEngines {
  readonly engines: Engines
  readonly directory: string
  /** The environment variables that were set for them. */
  readonly variables: readonly string[]
}

/** Leaves the engines of this test run for the teardown. */
export function leaveShared(shared: SharedEngines): void {
  Reflect.set(globalThis, KEY, shared)
}

/** What the setup left, once. */
export function takeShared(): SharedEngines | undefined {
  const shared = Reflect.get(globalThis, KEY) as SharedEngines | undefined
  Reflect.deleteProperty(globalThis, KEY)
  return shared
}
