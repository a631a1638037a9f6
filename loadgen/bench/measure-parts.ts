import type { StackPlan } from './bench-stack.ts'
import { checkBooks } from './check-books.ts'
import { profiled } from './cpu-profile.ts'
import { type BenchDatabase, openDatabase } from './database.ts'
import { acceptAll, drainAll, flushSize } from './floor.ts'
import { measureApplyBatch, measureBareSums } from './measure-apply-batch.ts'
import { measureRequests, type RequestsOptions } from './measure-requests.ts'
import { makeWorkload, SKEWS, type Workload } from './workload.ts'

const DRAIN_BATCHES = [100, 1_000, 4_000] as const
/** Of each path; enough for some seconds, and for the code to be compiled. */
const MOST_REQUESTS = 8_000

export type Parts = RequestsOptions & {
  readonly serverUrl: string
  readonly accounts: number
  readonly transfers: number
  readonly seed: number
  readonly stack: Omit<StackPlan, 'mysqlUrl' | 'name'>
}

/** Measures the parts that Settle is made of, each alone: the core, the two statements that matter, each function's requests. */
export async function measureParts(parts: Parts): Promise<void> {
  const { serverUrl, accounts, transfers, seed, onRate } = parts
  const { cpuProf } = parts.stack
  for (const skew of SKEWS) {
    const workload = makeWorkload({ skew, accounts, transfers, seed })
    const perSecond = await profiled(cpuProf, `applyBatch-${skew}`, async () => measureApplyBatch(workload))
    onRate(`applyBatch, 1,000 a batch, ${skew}`, perSecond)
    if (skew === 'uniform') onRate('bare sums, uniform', measureBareSums(workload))
  }
  const backlog = makeWorkload({ skew: 'uniform', accounts, transfers: Math.ceil(transfers / 4), seed })
  for (const batchSize of DRAIN_BATCHES) {
    const accepted = await withDatabase(serverUrl, backlog, async ({ db }) => {
      const count = backlog.transfers.length
      const acceptSeconds = await timed(() => acceptAll(db, backlog.transfers))
      const drain = () => timed(() => drainAll(db, { batchSize }))
      onRate(
        `drain a backlog, ${batchSize.toLocaleString('en-US')} a step`,
        count / (await profiled(cpuProf, `drain-${batchSize}`, drain)),
      )
      await checkBooks(db, { ...backlog, warmUp: [] })
      return count / acceptSeconds
    })
    onRate(`accept alone, ${flushSize.toLocaleString('en-US')} an INSERT`, accepted)
  }
  const size = { skew: 'uniform', accounts, transfers: Math.min(transfers, MOST_REQUESTS), seed } as const
  const requests = makeWorkload(size)
  const plan = { ...parts.stack, name: 'requests' }
  await withDatabase(serverUrl, requests, database => measureRequests(database, requests, plan, parts))
}

async function withDatabase<T>(
  serverUrl: string,
  { accountIds }: Workload,
  work: (database: BenchDatabase) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(serverUrl, accountIds)
  try {
    return await work(database)
  } finally {
    await database.drop()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return (performance.now() - begin) / 1000
}
