import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { expireHolds } from '../../functions/sweeper/expire-holds.ts'
import { drainStep } from '../../lib/drain/drain-step.ts'
import type { AccountId } from '../../lib/ledger/account.ts'
import type { TransactionId } from '../../lib/ledger/transaction.ts'
import { createLogger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { insertAccount } from '../../lib/mysql/insert-account.ts'
import { insertTransactions } from '../../lib/mysql/insert-transactions.ts'
import { keepTelemetry } from '../../lib/telemetry/open-telemetry.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
const log = createLogger('sweeper', 'warn', { write: () => undefined })
const publisher = { publish: async () => undefined, close: async () => undefined }

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

const expireAll = (db: Database): Promise<number> =>
  expireHolds({ db, publisher, pendingTopic: 'pending', telemetry: keepTelemetry(), log }, NOW)

async function openHold(transactionId: string): Promise<void> {
  for (const accountId of ['payer', 'payee']) {
    const account = { accountId, userId: null, accountType: 'X', currency: 'USD', overdraftLimit: 10_000n }
    await database.db.transaction(transaction => insertAccount(transaction, account, NOW))
  }
  const hold = {
    transactionId: transactionId as TransactionId,
    orderingGroup: 1,
    type: 'hold' as const,
    sourceAccountId: 'payer' as AccountId,
    destinationAccountId: 'payee' as AccountId,
    ...{ amount: 10_000n, currency: null, parentTransactionId: null },
    ...{ expiresAt: new Date('2026-11-20T12:00:00Z'), occurredAt: null, metadata: null, traceparent: null },
  }
  await insertTransactions(database.db, [hold], NOW)
  await drainStep(database.db, { groups: [1], withoutSources: [], limit: 1 }, NOW)
}

/** InnoDB looks again only when nobody has asked it for 0.1 s. */
const LOOK_MS = 150

/** Whether somebody waits for a row of this database that another is writing. */
async function isWaiting(): Promise<boolean> {
  await pause(LOOK_MS)
  const [rows] = await database.db.raw(
    `SELECT 1 FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
      WHERE trx_state = 'LOCK WAIT' AND processlist.db = DATABASE()`,
  )
  return rows.length > 0
}

test('accepts one void of a hold that two sweeps find expired at the same moment', async () => {
  await openHold('overslept')
  let later: Promise<number> | undefined
  const first = await database.db.transaction(async transaction => {
    const accepted = await expireAll(transaction as unknown as Database)
    // It sees no void, as the other has not committed, and finds one when it writes its own.
    later = expireAll(database.db)
    await until('the second waits for what the first writes', isWaiting)
    return accepted
  })
  expect([first, await later]).toEqual([1, 0])
  const [voids] = await database.db.raw(`SELECT 1 FROM transactions WHERE type = 'void'`)
  expect(voids).toHaveLength(1)
})
