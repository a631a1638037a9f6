import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { beginning, cover, linkBehind } from '../../../lib/chain/link.ts'
import { drainStep } from '../../../lib/drain/drain-step.ts'
import { worldAccountId } from '../../../lib/ledger/account.ts'
import { isTransient } from '../../../lib/mysql/errors.ts'
import { findHeads } from '../../../lib/mysql/find-heads.ts'
import { ensureWorldAccount, insertAccount } from '../../../lib/mysql/insert-account.ts'
import { insertLinks } from '../../../lib/mysql/insert-links.ts'
import { insertTransactions, type NewTransaction } from '../../../lib/mysql/insert-transactions.ts'
import { findBrokenChains } from '../../support/chains.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

const NOW = new Date('2026-11-24T12:00:00.123Z')
const WORLD = worldAccountId('USD')
let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  await ensureWorldAccount(database.db, 'USD', NOW)
  for (const accountId of ['a', 'b']) {
    const account = { accountId, userId: null, accountType: 'X', currency: 'USD', overdraftLimit: 0n }
    await database.db.transaction(sql => insertAccount(sql, account, NOW))
  }
})
afterAll(() => database.drop())

const transaction = (transactionId: string, changes: object): NewTransaction =>
  ({
    ...{ transactionId, orderingGroup: 1, type: 'transfer', sourceAccountId: 'a', destinationAccountId: 'b' },
    ...{ amount: 10_000n, currency: null, parentTransactionId: null, expiresAt: null, occurredAt: null },
    ...{ metadata: null, traceparent: null },
    ...changes,
  }) as NewTransaction
const after = (type: string, parentTransactionId: string, more: object = {}) => ({
  ...{ type, parentTransactionId },
  ...more,
})
const back = { sourceAccountId: 'b', destinationAccountId: 'a', orderingGroup: 2 }

async function settle(...transactions: NewTransaction[]) {
  const { db } = database
  await insertTransactions(db, transactions, NOW)
  const step = await drainStep(db, { groups: [0, 1, 2], withoutSources: [], limit: 100 }, new Date())
  return step.settled?.batch
}

/** Every type, decided in every way there is; some of it is followed up in the same step, some later. */
async function settleOfEach(): Promise<void> {
  await settle(
    transaction('in', {
      type: 'deposit',
      sourceAccountId: WORLD,
      destinationAccountId: 'a',
      amount: 999_999_999n,
    }),
    transaction('out', { type: 'withdrawal', destinationAccountId: WORLD, currency: 'USD', amount: 1n }),
    transaction('unfunded', {
      sourceAccountId: 'b',
      orderingGroup: 2,
      destinationAccountId: 'a',
      amount: 10n ** 18n,
    }),
    transaction('unknown', { destinationAccountId: 'nobody', currency: 'EUR' }),
  )
  const metadata = '{"vat":1.10,"big":12345678901234567890.50,"text":"é\\n\\"quoted\\" \u{1f600}"}'
  await settle(
    transaction('paid', { occurredAt: new Date('2026-11-24T01:02:03.045Z'), metadata }),
    transaction('kept', { type: 'hold', expiresAt: new Date('2027-01-01T00:00:00.001Z') }),
    transaction('taken', { type: 'hold', amount: 55_555n }),
    transaction('freed', { type: 'hold' }),
    transaction('refused', { type: 'hold', amount: 10n ** 18n }),
    transaction('at once', { type: 'hold', amount: 2n }),
    transaction('take at once', after('capture', 'at once', { amount: 1n })),
  )
  await settle(
    transaction('take', after('capture', 'taken', { amount: 1n })),
    transaction('take again', after('capture', 'taken', { amount: 1n })),
    transaction('free', after('void', 'freed')),
    transaction('return', after('reversal', 'paid', { ...back, amount: 5_000n })),
  )
}

test('has one hash made from memory and from the rows, for every type and every outcome, whatever follows', async () => {
  const { db } = database
  await settleOfEach()
  const [statuses] = await db.raw(
    'SELECT type, status, COUNT(*) AS rows_ FROM transactions GROUP BY type, status',
  )
  expect(statuses.map(({ type, status }: Record<string, string>) => `${type} ${status}`).sort()).toEqual([
    ...[
      'capture COMPLETED',
      'capture FAILED',
      'deposit COMPLETED',
      'hold COMPLETED',
      'hold FAILED',
      'hold HELD',
    ],
    ...['hold VOIDED', 'reversal COMPLETED', 'transfer COMPLETED', 'transfer FAILED', 'void COMPLETED'],
    'withdrawal COMPLETED',
  ])
  const [links] = await db.raw('SELECT ordering_group, number, size FROM chain_links ORDER BY id')
  expect(links.map((link: object) => Object.values(link).map(Number))).toEqual([
    ...[
      [1, 1, 3],
      [2, 1, 1],
      [1, 2, 7],
      [1, 3, 3],
      [2, 2, 1],
    ],
  ])
  expect(await findBrokenChains(db)).toEqual([])
})

test.each([
  ['amount', 'amount + 0.0001'],
  ['metadata', "CONCAT(metadata, ' ')"],
  ['occurred_at', 'occurred_at + INTERVAL 1 SECOND'],
  ['accepted_at', 'accepted_at - INTERVAL 1 SECOND'],
  ['decided_at', 'decided_at + INTERVAL 1 SECOND'],
  ['finished_at', 'finished_at + INTERVAL 1 SECOND'],
  ['currency', "'EUR'"],
  ['source_account_id', "'c'"],
  ['destination_account_id', "'c'"],
  ['source_balance_after', 'source_balance_after + 1'],
  ['destination_balance_after', 'destination_balance_after + 1'],
  ['source_version', 'source_version + 1'],
  ['destination_version', 'destination_version + 1'],
  ['held_change', 'held_change + 1'],
  ['status', "'FAILED', reason = 'insufficient_funds'"],
  ['transaction_id', "'other'"],
  ['ordering_group', '0'],
  ['type', "'withdrawal'"],
  ['expires_at', 'NOW(6)'],
])('has another hash when %s is changed', async (column, value) => {
  const rolledBack = database.db.transaction(async sql => {
    await sql.raw(`UPDATE transactions SET ${column} = ${value} WHERE transaction_id = 'paid'`)
    expect(await findBrokenChains(sql)).toEqual(['link 2 of group 1'])
    throw new Error('roll back')
  })
  await expect(rolledBack).rejects.toThrow('roll back')
})

test('of two that go on from one head the later is tried again', async () => {
  const { db } = database
  const goOn = async (onRead: () => Promise<unknown>) => {
    await db.transaction(async sql => {
      const head = (await findHeads(sql, [7])).get(7) ?? beginning(7)
      await onRead()
      await insertLinks(sql, [linkBehind(head, cover(7, []))], NOW)
    })
  }
  const read = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const both = Promise.all(read.map(({ promise }) => promise))
  const ends = await Promise.allSettled(
    read.map(({ resolve }) =>
      goOn(() => {
        resolve()
        return both
      }),
    ),
  )
  const failed = ends.flatMap(end => (end.status === 'rejected' ? [end.reason] : []))
  expect(failed.map(error => [error.message, isTransient(error)])).toEqual([
    ['another SQL transaction has changed a chain meanwhile', true],
  ])
  await goOn(async () => undefined)
  expect((await findHeads(db, [7])).get(7)?.number).toBe(2)
  await db.raw('DELETE FROM chain_links WHERE ordering_group = 7')
})
