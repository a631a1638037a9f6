import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Drainer } from '../../lib/drain/drainer.ts'
import type { AccountId } from '../../lib/ledger/account.ts'
import type { TransactionId } from '../../lib/ledger/transaction.ts'
import { createLogger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { ensureWorldAccount, insertAccount } from '../../lib/mysql/insert-account.ts'
import { insertTransactions } from '../../lib/mysql/insert-transactions.ts'
import { deleteOutbox } from '../../lib/mysql/outbox.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { findBrokenBooks, findOutOfOrder } from '../support/ledger.ts'

const GROUPS = 5
const NOW = new Date('2026-11-21T12:00:00Z')
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  await ensureWorldAccount(database.db, 'USD', NOW)
})
afterAll(() => database.drop())

const sources = fc.constantFrom(...NAMES, 'world:USD', 'world:USD')
const history = fc.record({
  steps: fc.array(
    fc.record({
      source: sources,
      destination: fc.constantFrom(...NAMES, 'nobody'),
      amount: fc.bigInt(1n, 9n),
    }),
    { minLength: 1, maxLength: 40 },
  ),
  batchSizes: fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })),
  /** In which order, and how often, the bells are rung, and by which of the two workers each is answered. */
  rings: fc.array(fc.tuple(fc.nat(GROUPS - 1), fc.boolean()), { maxLength: 12 }),
})

function startWorker(db: Database, batchSize: number, logged: string[]): Drainer {
  const log = createLogger('worker', 'warn', { write: line => void logged.push(line) })
  return new Drainer({
    db,
    tell: outboxId => deleteOutbox(db, outboxId),
    batchSize,
    retryMilliseconds: 10_000,
    now: () => NOW,
    log,
  })
}

/** Each run has accounts of its own. */
async function accept(
  db: Database,
  run: number,
  steps: { source: string; destination: string; amount: bigint }[],
) {
  const name = (account: string) => (account.startsWith('world') ? account : `${run}-${account}`) as AccountId
  for (const account of NAMES) {
    const opened = { accountId: name(account), userId: null, accountType: 'X', currency: 'USD' }
    await db.transaction(sql => insertAccount(sql, { ...opened, overdraftLimit: 0n }, NOW))
  }
  const transactions = steps
    .filter(({ source, destination }) => source !== destination)
    .map(({ source, destination, amount }, index) => ({
      transactionId: `${run}.${index}` as TransactionId,
      orderingGroup: orderingGroupOf(name(source), GROUPS),
      type: 'transfer' as const,
      sourceAccountId: name(source),
      destinationAccountId: name(destination),
      amount,
      currency: null,
      occurredAt: null,
    }))
  if (transactions.length > 0) await insertTransactions(db, transactions, NOW)
}

async function countPending(db: Database, group: number): Promise<number> {
  const [rows] = await db.raw(
    `SELECT COUNT(*) AS rows_ FROM transactions WHERE status = 'PENDING' AND ordering_group = ?`,
    [group],
  )
  return Number(rows[0].rows_)
}

/** Refusals that the credits and debits accepted before them would have covered. */
async function findFalseRefusals(db: Database): Promise<unknown[]> {
  const [rows] = await db.raw(`
    SELECT f.transaction_id, f.amount, SUM(IF(o.destination_account_id = f.source_account_id, o.amount, -o.amount)) AS had
      FROM transactions f JOIN transactions o ON o.seq < f.seq AND o.status = 'COMPLETED'
       AND (o.destination_account_id = f.source_account_id OR o.source_account_id = f.source_account_id)
     WHERE f.reason = 'insufficient_funds' GROUP BY f.seq, f.transaction_id, f.amount HAVING had >= f.amount`)
  return rows
}

test('two workers that share every account keep order, refuse nothing falsely, and answer only for what is final', async () => {
  const { db } = database
  let run = 0
  await fc.assert(
    fc.asyncProperty(history, async ({ steps, batchSizes, rings }) => {
      run += 1
      const logged: string[] = []
      const [one, other] = batchSizes.map(size => startWorker(db, size, logged))
      await accept(db, run, steps)
      const all = Array.from({ length: GROUPS }, (_, group) => [group, group % 2 === 0] as const)
      await Promise.all(
        [...rings, ...all].map(async ([group, isFirst]) => {
          await (isFirst ? one : other)?.drain({ group, lastSeq: Number.MAX_SAFE_INTEGER })
          expect(await countPending(db, group)).toBe(0)
        }),
      )
      expect(logged).toEqual([])
      expect(await findBrokenBooks(db)).toEqual([])
      expect(await findOutOfOrder(db)).toEqual([])
      expect(await findFalseRefusals(db)).toEqual([])
    }),
    { numRuns: 60, endOnFailure: true },
  )
}, 180_000)
