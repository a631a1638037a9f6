import { formatMoney } from '../../lib/ledger/money.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { findOldestPendingSeq } from '../../lib/mysql/find-oldest-pending.ts'
import { wait } from '../command/wait.ts'
import { type BenchStack, type StackPlan, startBenchStack } from './bench-stack.ts'
import { profiled } from './cpu-profile.ts'
import { type BenchDatabase, CURRENCY } from './database.ts'
import { type Prepared, sendAll } from './send-all.ts'
import type { Transfer, Workload } from './workload.ts'

/** How exactly the end is seen; each look costs the database a little. */
const LOOK_EVERY_MS = 20

export type Load = {
  readonly orders: number
  readonly connections: number
  readonly interrupted: AbortSignal
}

export type Settled = {
  /** From the first request until the last transfer is applied, durably. */
  readonly seconds: number
  /** Until the last was accepted. */
  readonly acceptSeconds: number
  readonly rowsPerFlush: number
  readonly rowsPerStep: number
}

/** The whole of it, end to end: callers over HTTP, Pub/Sub, workers, results, cache. */
export async function runSettle(
  { db, url }: BenchDatabase,
  { warmUp, transfers }: Workload,
  load: Load,
  plan: Omit<StackPlan, 'mysqlUrl'>,
): Promise<Settled> {
  const stack = await startBenchStack({ ...plan, mysqlUrl: url })
  try {
    await applyAll(db, stack, prepareOrders(warmUp, load.orders), load)
    const requests = prepareOrders(transfers, load.orders)
    const times = await profiled(plan.cpuProf, `${plan.name}-callers`, () =>
      applyAll(db, stack, requests, load),
    )
    return { ...times, ...(await readBatchSizes(db)) }
  } finally {
    await stack.close()
  }
}

/** Sends what was prepared, and waits until all of it is applied. */
export async function applyAll(
  db: Database,
  { url, token }: Pick<BenchStack, 'url' | 'token'>,
  requests: readonly Prepared[],
  { orders, connections, interrupted }: Load,
): Promise<{ readonly seconds: number; readonly acceptSeconds: number }> {
  const begin = performance.now()
  const findFault = (status: number, body: string) => (status === 202 ? findRefused(body, orders) : body)
  await sendAll(requests, { url, token, connections, interrupted, findFault })
  const acceptSeconds = (performance.now() - begin) / 1000
  while ((await findOldestPendingSeq(db)) !== undefined) await wait(LOOK_EVERY_MS, interrupted)
  return { seconds: (performance.now() - begin) / 1000, acceptSeconds }
}

/** The requests that order the transfers, so many each; made before the clock starts. */
export function prepareOrders(transfers: readonly Transfer[], orders: number): Prepared[] {
  const bodies = transfers.map(transfer => ({
    ...transfer,
    amount: formatMoney(transfer.amount),
    currency: CURRENCY,
  }))
  if (orders === 1) return bodies.map(body => post('process', body))
  const starts = Array.from({ length: Math.ceil(bodies.length / orders) }, (_, index) => index * orders)
  return starts.map(start => post('batch', { transactions: bodies.slice(start, start + orders) }))
}

function post(route: string, body: object): Prepared {
  return { method: 'POST', path: `/api/v1/transactions/${route}`, body: JSON.stringify(body) }
}

/** A batch is answered 202 even where some of it is refused. */
function findRefused(body: string, orders: number): string | undefined {
  return orders > 1 && /"outcome":"(?!accepted")/.test(body) ? body : undefined
}

/** A flush, and a step, write one time for all their rows. */
async function readBatchSizes(db: Database): Promise<Pick<Settled, 'rowsPerFlush' | 'rowsPerStep'>> {
  const [[row]] = await db.raw(
    `SELECT COUNT(*) / COUNT(DISTINCT accepted_at) AS flush, COUNT(*) / COUNT(DISTINCT decided_at) AS step
       FROM transactions WHERE transaction_id LIKE 'transfer-%'`,
  )
  return { rowsPerFlush: Number(row.flush), rowsPerStep: Number(row.step) }
}
