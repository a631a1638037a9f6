import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Drainer } from '../../../lib/drain/drainer.ts'
import type { AccountId } from '../../../lib/ledger/account.ts'
import type { TransactionId } from '../../../lib/ledger/transaction.ts'
import { createLogger } from '../../../lib/log/logger.ts'
import { insertAccount } from '../../../lib/mysql/insert-account.ts'
import { insertTransactions } from '../../../lib/mysql/insert-transactions.ts'
import { deleteOutbox } from '../../../lib/mysql/outbox.ts'
import { keepTelemetry } from '../../../lib/telemetry/open-telemetry.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

test('a reversal drained before its parent, which is in a group nobody rang for, brings the parent along', async () => {
  const { db } = database
  for (const accountId of ['a', 'b']) {
    const opened = { accountId, userId: null, accountType: 'X', currency: 'USD', overdraftLimit: 50_000n }
    await db.transaction(sql => insertAccount(sql, opened, NOW))
  }
  const [a, b] = ['a', 'b'] as AccountId[] as [AccountId, AccountId]
  const paid = 'paid' as TransactionId
  const nothing = { currency: null, expiresAt: null, occurredAt: null, metadata: null, traceparent: null }
  const rest = { amount: 10_000n, ...nothing }
  const moved = {
    type: 'transfer' as const,
    sourceAccountId: a,
    destinationAccountId: b,
    parentTransactionId: null,
  }
  const back = {
    type: 'reversal' as const,
    sourceAccountId: b,
    destinationAccountId: a,
    parentTransactionId: paid,
  }
  await insertTransactions(
    db,
    [
      { transactionId: paid, orderingGroup: 1, ...moved, ...rest },
      { transactionId: 'back' as TransactionId, orderingGroup: 2, ...back, ...rest },
    ],
    NOW,
  )
  const drainer = new Drainer({
    db,
    tell: async ({ outboxId }) => [outboxId],
    forget: outboxIds => deleteOutbox(db, outboxIds),
    batchSize: 10,
    retryMilliseconds: 5_000,
    now: () => NOW,
    telemetry: keepTelemetry(),
    log: createLogger('worker', 'warn', { write: () => undefined }),
  })
  await drainer.drain({ group: 2, lastSeq: 2 })
  await drainer.end()
  const [rows] = await db.raw('SELECT transaction_id, status, settled_amount FROM transactions ORDER BY seq')
  expect(rows).toEqual([
    { transaction_id: 'paid', status: 'COMPLETED', settled_amount: '1.0000' },
    { transaction_id: 'back', status: 'COMPLETED', settled_amount: '0.0000' },
  ])
})
