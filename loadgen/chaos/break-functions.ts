import { setTimeout as pause } from 'node:timers/promises'
import type { FunctionPool, Instance } from '../../knative/local/serving/function-pool.ts'
import type { Break, Broken } from './break.ts'
import { signalProcess } from './signal-process.ts'

const PRELOAD = new URL('./skew-clock.ts', import.meta.url).href
const OVER: Broken = { end: async () => undefined }
const MINUTES: Readonly<Record<string, number>> = { min: 1, h: 60 }

/** What can happen to functions. */
export function breakFunction(
  pools: ReadonlyMap<string, FunctionPool>,
): Record<'kill' | 'freeze' | 'skew' | 'rollOut', Break> {
  return {
    kill: async name => {
      const { child } = await anInstance(pools, name)
      await child.kill()
      return OVER
    },
    freeze: async name => {
      const { pid } = (await anInstance(pools, name)).child
      signalProcess(pid, 'SIGSTOP')
      return { end: async () => void signalProcess(pid, 'SIGCONT') }
    },
    skew: async target => {
      const [name = ''] = target.split(' ')
      const pool = await whole(pools, name)
      await pool.roll(skewed(pool, target))
      return { end: () => pool.roll() }
    },
    rollOut: async () => {
      for (const name of pools.keys()) await (await whole(pools, name)).roll()
      return OVER
    },
  }
}

/** The variables of a process whose clock is wrong: `worker -5 min`. */
function skewed(pool: FunctionPool, target: string): Record<string, string> {
  const [, count, unit = ''] = /([+-]\d+) (\w+)$/.exec(target) ?? []
  return {
    SKEW_MILLISECONDS: String(Number(count) * (MINUTES[unit] ?? 0) * 60_000),
    NODE_OPTIONS: `${pool.env['NODE_OPTIONS'] ?? ''} --import ${PRELOAD}`,
  }
}

async function anInstance(pools: ReadonlyMap<string, FunctionPool>, name: string): Promise<Instance> {
  const [instance] = (await whole(pools, name)).instances
  if (instance === undefined) throw new Error(`no instance of ${name}`)
  return instance
}

/** A pool whose last instance was killed has none for a moment. */
async function whole(pools: ReadonlyMap<string, FunctionPool>, name: string): Promise<FunctionPool> {
  const pool = pools.get(name)
  if (pool === undefined) throw new Error(`no function ${name}`)
  while (pool.instances.length === 0) await pause(20)
  return pool
}
