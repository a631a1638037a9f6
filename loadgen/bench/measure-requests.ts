import { type BenchStack, type StackPlan, startBenchStack } from './bench-stack.ts'
import type { BenchDatabase } from './database.ts'
import { acceptAll, drainAll } from './floor.ts'
import { requestPaths } from './request-paths.ts'
import { sendAll } from './send-all.ts'
import type { Workload } from './workload.ts'

export type RequestsOptions = {
  readonly connections: number
  readonly interrupted: AbortSignal
  readonly onRate: (name: string, perSecond: number) => void
}

/** Measures how many requests a second one instance of each function answers, all of the machine being there for it. */
export async function measureRequests(
  database: BenchDatabase,
  workload: Workload,
  plan: Omit<StackPlan, 'mysqlUrl'>,
  { connections, interrupted, onRate }: RequestsOptions,
): Promise<void> {
  // Something to read, and to find in the cache from the second time on.
  await acceptAll(database.db, workload.warmUp)
  await drainAll(database.db)
  const stack = await startBenchStack({ ...plan, mysqlUrl: database.url })
  try {
    for (const path of await requestPaths(stack, workload)) {
      const sending = {
        connections,
        url: urlOf(stack, path.instance),
        token: stack.token,
        interrupted,
        ...path,
        findFault,
      }
      const warmUp = Math.ceil(path.requests.length / 10)
      await sendAll(path.requests.slice(0, warmUp), sending)
      const begin = performance.now()
      await sendAll(path.requests.slice(warmUp), sending)
      onRate(path.name, ((path.requests.length - warmUp) * 1000) / (performance.now() - begin))
    }
  } finally {
    await stack.close()
  }
}

function findFault(status: number, body: string): string | undefined {
  return status >= 200 && status < 300 ? undefined : body
}

function urlOf({ pools }: BenchStack, name: string): string {
  const [instance] = pools.get(name)?.instances ?? []
  if (instance === undefined) throw new Error(`there is no instance of ${name}`)
  return `http://127.0.0.1:${instance.port}`
}
