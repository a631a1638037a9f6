import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Drainer } from '../../lib/drain/drainer.ts'
import type { AccountId } from '../../lib/ledger/account.ts'
import type { PendingTransaction, TransactionId } from '../../lib/ledger/transaction.ts'
import { createLogger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { ensureWorldAccount, insertAccount } from '../../lib/mysql/insert-account.ts'
import { insertTransactions } from '../../lib/mysql/insert-transactions.ts'
import { deleteOutbox } from '../../lib/mysql/outbox.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'
import { keepTelemetry } from '../../lib/telemetry/open-telemetry.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { findBrokenBooks, findOutOfOrder } from '../support/ledger.ts'
import { runsFrom } from '../support/runs-from.ts'
import { HOLDERS, histories } from './ledger-history.ts'

const GROUPS = 5
const NOW = new Date('2026-11-21T12:00:00Z')

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  await ensureWorldAccount(database.db, 'USD', NOW)
  await ensureWorldAccount(database.db, 'EUR', NOW)
})
afterAll(() => database.drop())

const runs = fc.record({
  history: histories,
  batchSizes: fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })),
  /** In which order, and how often, the bells are rung, and by which of the two workers each is answered. */
  rings: fc.array(fc.tuple(fc.nat(GROUPS - 1), fc.boolean()), { maxLength: 12 }),
})

function startWorker(db: Database, batchSize: number, logged: string[]): Drainer {
  const log = createLogger('worker', 'warn', { write: line => void logged.push(line) })
  return new Drainer({
    db,
    tell: async ({ outboxId }) => [outboxId],
    forget: outboxIds => deleteOutbox(db, outboxIds),
    batchSize,
    retryMilliseconds: 10_000,
    now: () => NOW,
    telemetry: keepTelemetry(),
    log,
  })
}

/** Each run has accounts and transactions of its own. */
async function accept(db: Database, run: number, history: readonly PendingTransaction[]): Promise<void> {
  const name = (account: string) => (account.startsWith('world') ? account : `${run}-${account}`) as AccountId
  const id = (transactionId: string) => `${run}.${transactionId}` as TransactionId
  for (const { name: account, currency, limit, status } of HOLDERS) {
    if (limit === null) continue
    const opened = { accountId: name(account), userId: null, accountType: 'X', currency }
    await db.transaction(sql => insertAccount(sql, { ...opened, overdraftLimit: limit }, NOW))
    await db.raw('UPDATE accounts SET status = ? WHERE account_id = ?', [status, name(account)])
  }
  const transactions = history
    .filter(({ sourceAccountId, destinationAccountId }) => sourceAccountId !== destinationAccountId)
    .map(transaction => ({
      ...transaction,
      transactionId: id(transaction.transactionId),
      orderingGroup: orderingGroupOf(name(transaction.sourceAccountId), GROUPS),
      sourceAccountId: name(transaction.sourceAccountId),
      destinationAccountId: name(transaction.destinationAccountId),
      parentTransactionId: transaction.parentTransactionId && id(transaction.parentTransactionId),
      expiresAt: null,
      occurredAt: null,
      metadata: null,
      traceparent: null,
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

/**
 * Refusals that were only early: of a debit that what was accepted before would have covered, whatever was held besides;
 * and of a reversal of what was completed.
 */
async function findFalseRefusals(db: Database): Promise<unknown[]> {
  const [debits] = await db.raw(`
    SELECT f.transaction_id, f.amount, a.overdraft_limit, SUM(CASE
             WHEN o.type = 'hold' THEN IF(o.source_account_id = f.source_account_id, -o.amount, 0)
             WHEN o.type = 'void' OR o.status <> 'COMPLETED' THEN 0
             WHEN o.destination_account_id = f.source_account_id THEN o.amount ELSE -o.amount END) AS had
      FROM transactions f JOIN accounts a ON a.account_id = f.source_account_id
      JOIN transactions o ON o.seq < f.seq
       AND (o.destination_account_id = f.source_account_id OR o.source_account_id = f.source_account_id)
     WHERE f.reason = 'insufficient_funds'
     GROUP BY f.seq, f.transaction_id, f.amount, a.overdraft_limit HAVING had + a.overdraft_limit >= f.amount`)
  const [reversals] = await db.raw(`
    SELECT f.transaction_id FROM transactions f JOIN transactions p ON p.transaction_id = f.parent_transaction_id
     WHERE f.reason = 'parent_not_completed' AND p.status <> 'FAILED'`)
  return [...debits, ...reversals]
}

test('two workers that share every account keep order, refuse nothing falsely, and answer only for what is final', async () => {
  const { db } = database
  let run = 0
  await fc.assert(
    fc.asyncProperty(runs, async ({ history, batchSizes, rings }) => {
      run += 1
      const logged: string[] = []
      const workers = batchSizes.map(size => startWorker(db, size, logged))
      const [one, other] = workers
      await accept(db, run, history)
      const all = Array.from({ length: GROUPS }, (_, group) => [group, group % 2 === 0] as const)
      await Promise.all(
        [...rings, ...all].map(async ([group, isFirst]) => {
          await (isFirst ? one : other)?.drain({ group, lastSeq: Number.MAX_SAFE_INTEGER })
          expect(await countPending(db, group)).toBe(0)
        }),
      )
      await Promise.all(workers.map(worker => worker.end()))
      expect(logged).toEqual([])
      expect(await findBrokenBooks(db)).toEqual([])
      expect(await findOutOfOrder(db)).toEqual([])
      expect(await findFalseRefusals(db)).toEqual([])
    }),
    { ...runsFrom('two workers', 60), endOnFailure: true },
  )
}, 180_000)
