import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { drainStep } from '../../../lib/drain/drain-step.ts'
import { insertAccount } from '../../../lib/mysql/insert-account.ts'
import { insertTransactions, type NewTransaction } from '../../../lib/mysql/insert-transactions.ts'
import { up as addChains } from '../../../lib/mysql/migrations/20261124_chains.ts'
import { up as addVerification } from '../../../lib/mysql/migrations/20261124_verification.ts'
import { findFaults } from '../../../lib/mysql/verification-faults.ts'
import { beginPass } from '../../../lib/mysql/verification-state.ts'
import { verifyPage } from '../../../lib/verification/verify-page.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

const NOW = new Date('2026-11-24T12:00:00Z')
let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  for (const accountId of ['a', 'b']) {
    const account = { accountId, userId: null, accountType: 'X', currency: 'USD', overdraftLimit: 1_000_000n }
    await database.db.transaction(sql => insertAccount(sql, account, NOW))
  }
})
afterAll(() => database.drop())

const transaction = (transactionId: string, changes: object = {}): NewTransaction =>
  ({
    ...{ transactionId, orderingGroup: 1, type: 'transfer', sourceAccountId: 'a', destinationAccountId: 'b' },
    ...{ amount: 10_000n, currency: null, parentTransactionId: null, expiresAt: null, occurredAt: null },
    ...{ metadata: null, traceparent: null, ...changes },
  }) as NewTransaction

async function settle(...transactions: NewTransaction[]): Promise<void> {
  await insertTransactions(database.db, transactions, NOW)
  await drainStep(database.db, { groups: [1, 2], withoutSources: [], limit: 100 }, new Date())
}

async function faults(): Promise<string[]> {
  while ((await verifyPage(database.db, NOW)).sums === undefined);
  return (await findFaults(database.db, 10)).map(({ code, subject }) => `${code} ${subject}`)
}

test('goes on from what a ledger had when its chains began, and follows up what was decided before', async () => {
  const { db } = database
  const back = {
    type: 'reversal',
    sourceAccountId: 'b',
    destinationAccountId: 'a',
    parentTransactionId: 'old',
  }
  await settle(
    transaction('old'),
    transaction('hold', { type: 'hold' }),
    transaction('open', { type: 'hold' }),
  )
  await settle(transaction('back', { ...back, orderingGroup: 2, amount: 1n }))
  const tables = ['links', 'openings', 'beginning'].map(name => `chain_${name}`)
  const verified = ['heads', 'accounts', 'parents', 'seqs'].map(name => `verified_${name}`)
  await db.raw(`DROP TABLE ${[...tables, ...verified, 'verification', 'verification_faults'].join(', ')}`)
  await insertTransactions(db, [transaction('pending')], NOW)
  for (const up of [addChains, addVerification, addChains, addVerification]) await up(db)
  await settle(transaction('take', { type: 'capture', parentTransactionId: 'hold' }))
  await settle(transaction('back again', { ...back, orderingGroup: 2, amount: 1n }), transaction('new'))
  expect(await faults()).toEqual([])
  await db.transaction(sql => beginPass(sql, NOW))
  expect(await faults()).toEqual([])
  await db.raw(`UPDATE accounts SET balance = balance + 1 WHERE account_id = 'a'`)
  expect(await faults()).toEqual(['account_differs a', 'sum_not_zero USD'])
})
