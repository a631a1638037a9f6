import { variables as ingestVariables } from '../../functions/ingest/index.ts'
import { readManifests } from '../../knative/local/serving/manifest.ts'
import { type Environment, parseConfig } from '../../lib/config/parse-config.ts'
import { drainVariables, pubsubVariables } from '../../lib/config/variables.ts'
import { drainStep } from '../../lib/drain/drain-step.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { insertTransactions, type NewTransaction } from '../../lib/mysql/insert-transactions.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'
import type { BenchDatabase } from './database.ts'
import type { Transfer, Workload } from './workload.ts'

/** As the manifests configure the functions. */
export const { flushSize, orderingGroups } = parseConfig(
  { flushSize: ingestVariables.flushSize, orderingGroups: pubsubVariables.orderingGroups },
  environmentOf('ingest'),
)
const { drainBatchSize } = parseConfig(
  { drainBatchSize: drainVariables.drainBatchSize },
  environmentOf('worker'),
)
const GROUPS = Array.from({ length: orderingGroups }, (_, group) => group)

export type Floor = {
  readonly seconds: number
  readonly rowsPerFlush: number
  readonly rowsPerStep: number
}

/**
 * The bare SQL of accepting and of draining, at once and in one process: what they would come to if HTTP, Pub/Sub and Redis
 * cost nothing. Nobody sends more at once than the callers of `settle`, so no flush is larger than theirs can be.
 */
export async function runFloor(
  { db }: BenchDatabase,
  { warmUp, transfers }: Workload,
  mostInFlight = Number.POSITIVE_INFINITY,
): Promise<Floor> {
  const rowsPerFlush = Math.min(flushSize, mostInFlight)
  await run(db, warmUp, rowsPerFlush)
  const begin = performance.now()
  const steps = await run(db, transfers, rowsPerFlush)
  const seconds = (performance.now() - begin) / 1000
  return { seconds, rowsPerFlush, rowsPerStep: transfers.length / steps }
}

async function run(db: Database, transfers: readonly Transfer[], rowsPerFlush: number): Promise<number> {
  let isAccepted = false
  const accept = async () => {
    await acceptAll(db, transfers, rowsPerFlush)
    isAccepted = true
  }
  const [steps] = await Promise.all([drainAll(db, { isAccepted: () => isAccepted }), accept()])
  return steps
}

/** Stores transfers as PENDING, one INSERT after the other. */
export async function acceptAll(
  db: Database,
  transfers: readonly Transfer[],
  rowsPerFlush = flushSize,
): Promise<void> {
  for (let first = 0; first < transfers.length; first += rowsPerFlush) {
    await insertTransactions(db, transfers.slice(first, first + rowsPerFlush).map(newTransaction), new Date())
  }
}

type DrainOptions = { readonly isAccepted?: () => boolean; readonly batchSize?: number }

/** Drains until nothing is PENDING and nothing more comes; answers how many steps settled something. */
export async function drainAll(
  db: Database,
  { isAccepted = () => true, batchSize: limit = drainBatchSize }: DrainOptions = {},
): Promise<number> {
  const query = { groups: GROUPS, withoutSources: [], limit }
  let told: string[] = []
  for (let steps = 0; ; ) {
    // Asked before the step: what is accepted while it runs, it may not see.
    const isLast = isAccepted()
    // As a worker does: what has been told is deleted with the next step.
    const { settled } = await drainStep(db, query, new Date(), told)
    told = settled === undefined ? [] : [settled.outboxId]
    if (settled !== undefined) steps += 1
    else if (isLast) return steps
  }
}

function newTransaction(transfer: Transfer): NewTransaction {
  return {
    ...transfer,
    orderingGroup: orderingGroupOf(transfer.sourceAccountId, orderingGroups),
    type: 'transfer',
    currency: null,
    parentTransactionId: null,
    expiresAt: null,
    occurredAt: null,
    metadata: null,
    traceparent: null,
  }
}

function environmentOf(functionName: string): Environment {
  return readManifests().find(({ name }) => name === functionName)?.env ?? {}
}
