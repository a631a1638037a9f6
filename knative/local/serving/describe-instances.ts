import type { FunctionPool } from './function-pool.ts'
import type { ScaleChange } from './revision.ts'

/** One line for a terminal, such as `worker 1 -> 3 instances (12 in flight)`. */
export function describeChange({ name, from, to, inFlight }: ScaleChange): string {
  return `${name} ${from} -> ${to} ${to === 1 ? 'instance' : 'instances'} (${inFlight} in flight)`
}

/** What runs now, in one line. */
export function describeInstances(pools: ReadonlyMap<string, FunctionPool>): string {
  return [...pools.values()].map(({ name, instances }) => `${name} ${instances.length}`).join(', ')
}
