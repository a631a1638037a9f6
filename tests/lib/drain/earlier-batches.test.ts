import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Untold } from '../../../lib/drain/keep-untold.ts'
import { tell } from '../../../lib/drain/tell.ts'
import type { AccountId } from '../../../lib/ledger/account.ts'
import type { TransactionId } from '../../../lib/ledger/transaction.ts'
import { createLogger } from '../../../lib/log/logger.ts'
import { findTransactionsBySeq } from '../../../lib/mysql/find-transactions-by-seq.ts'
import { insertTransactions } from '../../../lib/mysql/insert-transactions.ts'
import { insertOutbox } from '../../../lib/mysql/outbox.ts'
import { keepTelemetry } from '../../../lib/telemetry/open-telemetry.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
/** What is told before a batch at most. */
const MOST = 100

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterEach(() => database.db.raw('DELETE FROM outbox'))
afterAll(() => database.drop())

/** Leaves so many batches of one group untold, each of one transaction; answers them, and a last one that is to be told now. */
async function leaveUntold(name: string, count: number): Promise<{ ids: string[]; last: Untold }> {
  const rows = Array.from({ length: count + 1 }, (_, index) => ({
    transactionId: `${name}-${index}` as TransactionId,
    orderingGroup: 1,
    type: 'transfer' as const,
    sourceAccountId: 'nobody' as AccountId,
    destinationAccountId: 'none' as AccountId,
    ...{ amount: 1n, currency: null, parentTransactionId: null },
    ...{ expiresAt: null, occurredAt: null, metadata: null, traceparent: null },
  }))
  const seqs = await insertTransactions(database.db, rows, NOW)
  const ids = await database.db.transaction(async transaction => {
    const kept: string[] = []
    for (const seq of seqs) {
      const payload = { groups: [1], transactions: [seq], held: [], accounts: [], heads: [] }
      kept.push(await insertOutbox(transaction, JSON.stringify(payload), NOW))
    }
    return kept
  })
  const transactions = await findTransactionsBySeq(database.db, seqs.slice(-1))
  const batch = { transactions, accounts: [], heads: [], decidedAt: NOW.toISOString() }
  return { ids, last: { outboxId: ids.at(-1) ?? '', batch } }
}

/** Tells a batch; answers what went to the topic, in order, and which rows may go. */
async function tellLast(last: Untold): Promise<{ published: string[]; told: readonly string[] }> {
  const published: string[] = []
  const told = await tell(
    {
      db: database.db,
      publisher: {
        publish: async (_, { data }) => {
          const events = JSON.parse(data.toString()) as { subject: string }[]
          published.push(...events.map(({ subject }) => subject))
        },
        close: async () => undefined,
      },
      resultsTopic: 'transaction-results',
      cache: { write: async () => undefined } as never,
      batchTimes: { write: async () => undefined, read: async () => ({}) },
      now: () => NOW,
      telemetry: keepTelemetry(),
      log: createLogger('worker', 'warn', { write: () => undefined }),
    },
    last,
  )
  return { published, told }
}

test('tells all that was left before a batch, in order, and then the batch', async () => {
  const { ids, last } = await leaveUntold('most', MOST)
  const { published, told } = await tellLast(last)
  expect(told).toEqual(ids)
  expect(published).toEqual(ids.map((_, index) => `most-${index}`))
})

test('tells nothing where more was left before it than it could tell in time, and leaves all of it to the sweeper', async () => {
  const { last } = await leaveUntold('more', MOST + 1)
  expect(await tellLast(last)).toEqual({ published: [], told: [] })
})
