import type { StackPlan } from './bench-stack.ts'
import { profiled } from './cpu-profile.ts'
import type { BenchDatabase } from './database.ts'
import { runFloor } from './floor.ts'
import { openRedisLock } from './redis-lock.ts'
import { runRowPerTransfer } from './row-per-transfer.ts'
import { type Load, runSettle } from './settle.ts'
import type { Workload } from './workload.ts'

/** What a measurement gave: transfers applied, the seconds it took, and what else is worth keeping. */
export type Measured = { readonly seconds: number } & Readonly<Record<string, number>>

export type Surroundings = {
  readonly redisUrl: string
  readonly folder: string
  readonly cpuProf: string | undefined
  readonly load: Load
}

export type Contender = {
  readonly subject: 'settle' | 'floor' | 'row' | 'lock'
  readonly title: string
  /** Whether it commits each transfer by itself, and so takes fewer of them. */
  readonly isByRow: boolean
  /** Applies a workload in a database of its own; `name` is for its profiles. */
  run(database: BenchDatabase, workload: Workload, name: string): Promise<Measured>
}

export function makeContenders({ redisUrl, folder, cpuProf, load }: Surroundings): readonly Contender[] {
  const plan = (name: string): Omit<StackPlan, 'mysqlUrl'> => ({ redisUrl, folder, cpuProf, name })
  return [
    {
      ...{ subject: 'settle', title: 'Settle, end to end', isByRow: false },
      run: (database, workload, name) => runSettle(database, workload, load, plan(name)),
    },
    {
      ...{ subject: 'floor', title: 'floor: its SQL alone', isByRow: false },
      run: (database, workload, name) =>
        profiled(cpuProf, name, () => runFloor(database, workload, load.orders * load.connections)),
    },
    {
      ...{ subject: 'row', title: 'row per transfer', isByRow: true },
      run: (database, workload, name) =>
        profiled(cpuProf, name, async () => ({ seconds: await runRowPerTransfer(database, workload) })),
    },
    {
      ...{ subject: 'lock', title: 'row, with a Redis lock', isByRow: true },
      run: async (database, workload, name) => {
        const lock = openRedisLock(redisUrl)
        const run = async () => ({ seconds: await runRowPerTransfer(database, workload, lock.guard) })
        return await profiled(cpuProf, name, run).finally(lock.close)
      },
    },
  ]
}
