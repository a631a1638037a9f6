import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { drainStep } from '../../lib/drain/drain-step.ts'
import { type Consumer, consumeResults } from '../support/consumer.ts'
import { closePipelines, type Pipeline, startPipeline } from '../support/pipeline.ts'
import { pushBell } from '../support/push-bell.ts'
import { until } from '../support/until.ts'

let pipeline: Pipeline
let consumer: Consumer
beforeAll(async () => {
  // Nothing is pushed but by hand, and nobody sweeps.
  pipeline = await startPipeline({ deaf: true, env: { PUBLISH_MILLISECONDS: '2000' } })
  consumer = await consumeResults(pipeline)
})
afterAll(async () => {
  await consumer.close()
  await closePipelines()
})

/** Transactions of their groups' own sources; refused for want of the accounts, which is as final as anything. */
async function accept(...transactions: (readonly [id: string, group: number])[]): Promise<void> {
  const rows = transactions.map(([id, group]) => [
    id,
    group,
    'transfer',
    `of-${group}`,
    'nobody',
    1,
    '2026-01-01',
  ])
  await pipeline.db.raw(
    `INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
       accepted_at) VALUES ?`,
    [rows as never],
  )
}

/** As a worker does that is killed right after its COMMIT. */
async function settleAndDie(...groups: number[]): Promise<void> {
  const step = await drainStep(pipeline.db, { groups, withoutSources: [], limit: 100 }, new Date())
  expect(step.settled?.outboxId).toBeDefined()
}

const toldOf = (group: number) =>
  consumer.events().flatMap(({ partitionkey, subject }) => (partitionkey === String(group) ? [subject] : []))

test('tells first what a worker died before telling, and what has to be told before that', async () => {
  await accept(['six-1', 6])
  await settleAndDie(6)
  await accept(['five-1', 5], ['six-2', 6])
  await settleAndDie(5, 6)
  await accept(['seven-1', 7])
  await settleAndDie(7)
  await accept(['five-2', 5])
  expect((await pushBell(pipeline, { group: 5, lastSeq: 5 })).status).toBe(204)
  await consumer.told(4)
  expect(toldOf(5)).toEqual(['five-1', 'five-2'])
  expect(toldOf(6)).toEqual(['six-1', 'six-2'])
  // Of no concern to group 5: it is left to the sweeper, or to the next of its own.
  expect(toldOf(7)).toEqual([])
  await until('all but that has gone', async () => {
    const [rows] = await pipeline.db.raw('SELECT payload FROM outbox')
    return rows.length === 1 && rows[0].payload.includes('"groups":[7]')
  })
})

test('writes the cache while Pub/Sub is away, and tells in order once it is back', async () => {
  const token = await pipeline.token('settle-worker')
  await pipeline.stopPubsub()
  await accept(['eight-1', 8])
  expect((await pushBell(pipeline, { group: 8, lastSeq: 6 }, token)).status).toBe(204)
  await accept(['eight-2', 8])
  expect((await pushBell(pipeline, { group: 8, lastSeq: 7 }, token)).status).toBe(204)
  expect(await pipeline.redis.get('transaction:eight-2')).toContain('"status":"FAILED"')
  await pipeline.startPubsub()
  const again = await consumeResults(pipeline)
  await accept(['eight-3', 8])
  expect((await pushBell(pipeline, { group: 8, lastSeq: 8 })).status).toBe(204)
  const events = await again.told(3)
  expect(events.map(({ subject }) => subject)).toEqual(['eight-1', 'eight-2', 'eight-3'])
  await again.close()
})
