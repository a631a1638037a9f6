import { afterAll, afterEach, expect, test } from '@jest/globals'
import { Lookout } from '../../functions/worker/lookout.ts'
import { BlockedError } from '../../lib/drain/drainer.ts'
import { createLogger } from '../../lib/log/logger.ts'
import type { WaitingGroup } from '../../lib/mysql/find-waiting-groups.ts'
import type { Doorbell } from '../../lib/pubsub/doorbell.ts'
import { allFinal, openAccounts, readBalances } from '../support/ledger.ts'
import { closePipelines, startPipeline } from '../support/pipeline.ts'
import { until } from '../support/until.ts'

const log = createLogger('worker', 'error', { write: () => undefined })
let drained: number[] = []
let waiting: WaitingGroup[] = []
let drain = async (_: Doorbell): Promise<void> => undefined
afterEach(() => {
  drained = []
  drain = async () => undefined
})
afterAll(closePipelines)

/** One that looks only when it is told to. */
function lookout(): Lookout {
  const drainer = {
    drain: async (doorbell: Doorbell) => {
      drained.push(doorbell.group)
      await drain(doorbell)
    },
  }
  return new Lookout({ drainer, findWaiting: async () => waiting, lookMilliseconds: 0, log })
}

const group = (orderingGroup: number, firstSeq: number, lastSeq: number): WaitingGroup => ({
  ...{ orderingGroup, firstSeq, lastSeq },
})

test('drains what was left PENDING from one look to the next, and nothing newer', async () => {
  const looking = lookout()
  waiting = [group(1, 10, 20), group(2, 11, 11)]
  await looking.look()
  expect(drained).toEqual([])
  // Of the first group some are left; in the second all that was there is final, and there is more.
  waiting = [group(1, 15, 30), group(2, 12, 25)]
  await looking.look()
  expect(drained).toEqual([1])
})

test('leaves everything alone while it is rung, and in the time after', async () => {
  const looking = lookout()
  waiting = [group(1, 10, 20)]
  await looking.look()
  const hold = Promise.withResolvers<void>()
  drain = () => hold.promise
  const push = looking.drain({ group: 2, lastSeq: 5 })
  await looking.look()
  hold.resolve()
  await push
  await looking.look()
  expect(drained).toEqual([2])
  await looking.look()
  expect(drained).toEqual([2, 1])
})

test('tries a group that is blocked once, until somebody rings for it', async () => {
  const looking = lookout()
  waiting = [group(1, 10, 20)]
  drain = async doorbell => {
    throw new BlockedError(doorbell, 'a transaction fails by itself')
  }
  for (let looks = 0; looks < 4; looks += 1) await looking.look()
  expect(drained).toEqual([1])
  await expect(looking.drain({ group: 1, lastSeq: 20 })).rejects.toThrow(BlockedError)
  for (let looks = 0; looks < 4; looks += 1) await looking.look()
  expect(drained).toEqual([1, 1, 1])
})

test('goes on looking when the database does not answer', async () => {
  let looks = 0
  const findWaiting = async (): Promise<WaitingGroup[]> => {
    looks += 1
    throw new Error('away')
  }
  const looking = new Lookout({ drainer: { drain }, findWaiting, lookMilliseconds: 1, log })
  await until('it has looked again', () => looks > 2)
  await looking.end()
  const last = looks
  await new Promise(resolve => setImmediate(resolve))
  expect(looks).toBe(last)
})

test('a worker applies what nobody rings for, and leaves a transaction that fails by itself to the dead letters', async () => {
  const pipeline = await startPipeline({ deaf: true, env: { LOOK_MILLISECONDS: '20' } })
  await openAccounts(pipeline, ['alice', 'bob'], '100')
  const pay = (transactionId: string, sourceAccountId: string, destinationAccountId: string) =>
    pipeline.call('ingest', 'POST', '/api/v1/transactions/process', {
      ...{ transactionId, sourceAccountId, destinationAccountId, amount: '1.00' },
    })
  expect((await pay('unrung', 'alice', 'bob')).status).toBe(202)
  await allFinal(pipeline.db)
  expect(await readBalances(pipeline.db)).toMatchObject({ alice: '99.0000', bob: '101.0000' })
  await pipeline.db.raw(`INSERT INTO transactions
      (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount, accepted_at, failure_count)
    VALUES ('failing', 999, 'transfer', 'alice', 'bob', 1, NOW(6), 1)`)
  await pay('other', 'bob', 'alice')
  await until('the other is final', async () => {
    const rows = await pipeline.db('transactions').where({ transaction_id: 'other', status: 'COMPLETED' })
    return rows.length === 1
  })
  expect(await pipeline.db('transactions').where({ status: 'PENDING' }).pluck('transaction_id')).toEqual([
    'failing',
  ])
})
