import { afterAll, expect, test } from '@jest/globals'
import { checkBooks } from '../../loadgen/bench/check-books.ts'
import { type BenchDatabase, insertAccounts, openDatabase } from '../../loadgen/bench/database.ts'
import { runFloor } from '../../loadgen/bench/floor.ts'
import { measureApplyBatch, measureBareSums } from '../../loadgen/bench/measure-apply-batch.ts'
import { runRowPerTransfer } from '../../loadgen/bench/row-per-transfer.ts'
import { applyAll, prepareOrders } from '../../loadgen/bench/settle.ts'
import { makeWorkload, type Workload } from '../../loadgen/bench/workload.ts'
import { median } from '../../loadgen/figures/figures.ts'
import { closePipelines, startPipeline } from '../support/pipeline.ts'

/*
 * A small benchmark, for what makes something several times slower by mistake. Compared are two that run one after the other,
 * in each of five rounds, and the median of the rounds counts: so neither how fast the machine is nor what else it does at
 * the moment matters. Beside each bound stands what was measured on two cores with others at work, and with a mistake made.
 */
const ROUNDS = 5

afterAll(closePipelines)

const make = (transfers: number): Workload =>
  makeWorkload({ skew: 'uniform', accounts: 200, transfers, seed: 5 })

async function medianRatio(measureBoth: () => Promise<readonly [number, number]>): Promise<number> {
  const ratios: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const [one, other] = await measureBoth()
    ratios.push(one / other)
  }
  return median(ratios)
}

/** Transfers a second, in a database of its own, the books being right. */
async function rate(
  workload: Workload,
  run: (database: BenchDatabase) => Promise<{ readonly seconds: number }>,
): Promise<number> {
  const database = await openDatabase(process.env['MYSQL_URL'] ?? '', workload.accountIds)
  try {
    const { seconds } = await run(database)
    await checkBooks(database.db, workload)
    return workload.transfers.length / seconds
  } finally {
    await database.drop()
  }
}

test('accepts and drains in batches several times as fast as a row per transfer', async () => {
  const [many, few] = [make(4_000), make(400)]
  const ratio = await medianRatio(async () => [
    await rate(many, database => runFloor(database, many)),
    await rate(few, async database => ({ seconds: await runRowPerTransfer(database, few) })),
  ])
  // 5 to 10; 1.4 with one UPDATE a transaction, 1.3 with ten transactions a step, 0.2 with an index ignored.
  expect(ratio).toBeGreaterThan(3)
}, 120_000)

test('loses most of its rate to HTTP, Pub/Sub and Redis in one process, but not nearly all', async () => {
  const pipeline = await startPipeline()
  const url = pipeline.urls.get('ingest') ?? ''
  const caller = { url, token: await pipeline.callerToken() }
  const load = { orders: 20, connections: 16, interrupted: new AbortController().signal }
  const workload = make(2_000)
  await insertAccounts(pipeline.db, workload.accountIds)
  let round = 0
  const ratio = await medianRatio(async () => {
    round += 1
    const transfers = workload.transfers.map(transfer => ({
      ...transfer,
      transactionId: `${transfer.transactionId}-${round}` as never,
    }))
    const { seconds } = await applyAll(pipeline.db, caller, prepareOrders(transfers, load.orders), load)
    return [transfers.length / seconds, await rate(workload, database => runFloor(database, workload))]
  })
  // 0.30 to 0.37; 0.07 with one transaction a flush.
  expect(ratio).toBeGreaterThan(0.12)
}, 120_000)

test('decides a transfer for a few times what its bare sums cost', async () => {
  const workload = make(50_000)
  const ratio = await medianRatio(async () => [measureApplyBatch(workload), measureBareSums(workload)])
  // 0.38 to 0.41; 0.02 with the accounts copied for each transaction.
  expect(ratio).toBeGreaterThan(0.13)
})
