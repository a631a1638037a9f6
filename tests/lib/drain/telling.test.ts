import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Drainer } from '../../../lib/drain/drainer.ts'
import type { Untold } from '../../../lib/drain/keep-untold.ts'
import type { AccountId } from '../../../lib/ledger/account.ts'
import type { TransactionId } from '../../../lib/ledger/transaction.ts'
import { createLogger } from '../../../lib/log/logger.ts'
import { insertTransactions } from '../../../lib/mysql/insert-transactions.ts'
import { deleteOutbox } from '../../../lib/mysql/outbox.ts'
import { keepTelemetry } from '../../../lib/telemetry/open-telemetry.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { until } from '../../support/until.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

/** Refused for want of their accounts, which is as final as anything. */
async function accept(count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    transactionId: `t${index}` as TransactionId,
    orderingGroup: 1,
    type: 'transfer' as const,
    sourceAccountId: 'nobody' as AccountId,
    destinationAccountId: 'none' as AccountId,
    ...{ amount: 1n, currency: null, parentTransactionId: null },
    ...{ expiresAt: null, occurredAt: null, metadata: null, traceparent: null },
  }))
  await insertTransactions(database.db, rows, NOW)
}

async function pending(): Promise<number> {
  const [[{ rows_ }]] = await database.db.raw(
    `SELECT COUNT(*) AS rows_ FROM transactions WHERE status = 'PENDING'`,
  )
  return Number(rows_)
}

test('decides the next while it tells, one step ahead, in order; and acknowledges only what is told', async () => {
  await accept(5)
  const told: Untold[] = []
  const go: (() => void)[] = []
  const drainer = new Drainer({
    db: database.db,
    tell: untold =>
      new Promise<string[]>(resolve => {
        told.push(untold)
        go.push(() => resolve([untold.outboxId]))
      }),
    forget: outboxIds => deleteOutbox(database.db, outboxIds),
    batchSize: 1,
    retryMilliseconds: 5_000,
    now: () => NOW,
    telemetry: keepTelemetry(),
    log: createLogger('worker', 'warn', { write: () => undefined }),
  })
  let isDone = false
  const drained = drainer.drain({ group: 1, lastSeq: 5 }).then(() => {
    isDone = true
  })
  await until('the first is being told, and the second is decided', async () => (await pending()) === 3)
  expect([told.length, isDone]).toEqual([1, false])
  for (let step = 1; step < 5; step += 1) {
    go[step - 1]?.()
    await until('the next is being told', () => told.length === step + 1)
  }
  await until('all are decided', async () => (await pending()) === 0)
  expect(isDone).toBe(false)
  go[4]?.()
  await drained
  await until('nothing is left to be told', async () => {
    const [rows] = await database.db.raw('SELECT 1 FROM outbox')
    return rows.length === 0
  })
  expect(told.map(({ batch }) => batch.transactions.map(({ seq }) => seq))).toEqual([[1], [2], [3], [4], [5]])
})
