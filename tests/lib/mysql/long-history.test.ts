import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Database } from '../../../lib/mysql/connect.ts'
import { findBalanceAt } from '../../../lib/mysql/find-balance-at.ts'
import { findDecisions } from '../../../lib/mysql/find-decisions.ts'
import { findHistory, type HistoryQuery } from '../../../lib/mysql/find-history.ts'
import { findOldestPendingSeq, findOldestPendingTime } from '../../../lib/mysql/find-oldest-pending.ts'
import { findPendingDebits } from '../../../lib/mysql/find-pending-debits.ts'
import { findPendingGroups } from '../../../lib/mysql/find-pending-groups.ts'
import { toSqlTime } from '../../../lib/mysql/time.ts'
import { type Counted, countReads, NUMBERS } from '../../support/count-reads.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  await fill(database.db)
}, 60_000)
afterAll(() => database.drop())

const ALL: HistoryQuery = {
  ...{ accountId: 'busy', beforeSeq: undefined, from: undefined, to: undefined },
  ...{ type: undefined, status: undefined, limit: 21 },
}

/** 100,000 completed transactions, one a second, of an account that is on one side of each, by turns. */
async function fill(db: Database): Promise<void> {
  await db.raw(`
    INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
        currency, status, source_balance_after, destination_balance_after, source_version, destination_version,
        accepted_at, decided_at, finished_at)
    SELECT CONCAT('t', n), 0, 'transfer', IF(n % 2 = 0, 'busy', CONCAT('a', n)), IF(n % 2 = 0, CONCAT('a', n), 'busy'),
           1, 'USD', 'COMPLETED', 0, 0, n, n, moment, moment, moment
      FROM (SELECT n, '2026-01-01' + INTERVAL n SECOND AS moment
              FROM ${NUMBERS} AS numbers) AS moments
     ORDER BY n`)
}

async function count<T>(work: (db: Database) => Promise<T>): Promise<Counted<T>> {
  return await countReads(database.db, work)
}

async function countHistory(query: HistoryQuery): Promise<Counted<string[]>> {
  return await count(async db => (await findHistory(db, query)).map(record => record.transactionId))
}

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000)

test.each<[string, Partial<HistoryQuery>, string]>([
  ['the first page', {}, 't99999'],
  ['a page in the middle', { beforeSeq: 50_001 }, 't49999'],
  ['a time range at the beginning', { from: at(100), to: at(200) }, 't199'],
  ['a time range in the middle', { from: at(50_000), to: at(60_000) }, 't59999'],
  ['all before a moment', { to: at(30_000) }, 't29999'],
])('reads %s of 100,000 transactions without reading the others', async (_name, query, newest) => {
  const { found, read, sorted } = await countHistory({ ...ALL, ...query })
  expect(found).toHaveLength(21)
  expect(found[0]).toBe(newest)
  // 21 of each side, one minute more where a time range ends, and the union's 42 to order.
  expect(read).toBeLessThan(250)
  expect(sorted).toBeLessThanOrEqual(42)
})

test('ends a search for what is not there at the beginning of its time range', async () => {
  const { found, read } = await countHistory({ ...ALL, status: 'FAILED', from: at(50_000), to: at(50_100) })
  expect(found).toEqual([])
  expect(read).toBeLessThan(250)
})

test('leaves nothing out of a time range that was accepted up to a minute out of order', async () => {
  const [first, second] = ['t70000', 't70100']
  const { db } = database
  await db.raw(
    `UPDATE transactions SET accepted_at = '2026-01-01' + INTERVAL 70041 SECOND WHERE transaction_id = ?`,
    [second],
  )
  await db.raw(
    `UPDATE transactions SET accepted_at = '2026-01-01' + INTERVAL 70059 SECOND WHERE transaction_id = ?`,
    [first],
  )
  const { found } = await countHistory({ ...ALL, limit: 101, from: at(70_041), to: at(70_060) })
  expect(found).toContain(first)
  expect(found).toContain(second)
})

test.each([
  [50_000.5, 50_000],
  [3, 3],
  [200_000, 99_999],
])(
  'reads the balance after %d seconds of 100,000 without the entries before and behind',
  async (seconds, version) => {
    const { found, read } = await count(db => findBalanceAt(db, 'busy', at(seconds)))
    expect(found.version).toBe(version)
    // A minute of entries, along the index.
    expect(read).toBeLessThan(150)
  },
)

test('adds up what is pending of 100,000 without reading what is final', async () => {
  const { db } = database
  const opened = ['busy', 'idle'].map(id => `('${id}', 'cash', 'USD', 7, '2026-01-01', '2026-01-01')`)
  await db.raw(`INSERT INTO accounts (account_id, account_type, currency, version, created_at, updated_at)
    VALUES ${opened.join()}`)
  const rows = [
    ['old', 'transfer', 'busy', 'a1', '100.0001'],
    ['new', 'hold', 'busy', 'a1', '0.5'],
    ['void', 'void', 'busy', 'a1', '7'],
    ['capture', 'capture', 'busy', 'a1', '7'],
    ['credit', 'transfer', 'a1', 'busy', '9'],
  ].map(([id, type, source, destination, amount]) => {
    const parent = type === 'void' || type === 'capture' ? "'t1'" : 'NULL'
    return `('${id}', 0, '${type}', '${source}', '${destination}', ${amount}, ${parent}, '2026-01-01')`
  })
  await db.raw(`INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id,
    destination_account_id, amount, parent_transaction_id, accepted_at) VALUES ${rows.join()}`)
  // As if it had waited since the beginning: nothing may rest on PENDING being young.
  await db.raw(`UPDATE transactions SET seq = 0 WHERE transaction_id = 'old'`)
  const { found, read } = await count(session => findPendingDebits(session, ['busy', 'idle', 'nobody']))
  expect(found.map(({ account, pending }) => [account.accountId, account.version, pending])).toEqual([
    ['busy', 7, 1_005_001n],
    ['idle', 7, 0n],
  ])
  // Four pending debits, and where the ranges begin and end.
  expect(read).toBeLessThan(20)
})

test.each<[string, (db: Database) => Promise<unknown>, unknown]>([
  ['the groups with old work', db => findPendingGroups(db, at(0)), [{ orderingGroup: 1, pending: 2 }]],
  ['the oldest that is PENDING', findOldestPendingSeq, 200_001],
  ['when it was accepted', findOldestPendingTime, at(-60)],
])('finds %s among 100,000 without reading what is final', async (_name, find, expected) => {
  const { db } = database
  await db.raw('DELETE FROM transactions WHERE finished_at IS NULL')
  const rows = [200_001, 200_002].map(seq => `(${seq}, 'p${seq}', 1, 'transfer', 'b1', 'b2', 1, ?)`)
  const moments = [at(-60), at(0)].map(toSqlTime)
  await db.raw(
    `INSERT INTO transactions (seq, transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
      accepted_at) VALUES ${rows.join()}`,
    moments,
  )
  const { found, read } = await count(find)
  if (Array.isArray(expected)) expect(found).toMatchObject(expected)
  else expect(found).toEqual(expected)
  // A look or two at each group, and what is PENDING.
  expect(read).toBeLessThan(30)
})

test.each([
  ['the first page of a range', undefined, 't50000'],
  ['a page in the middle', { decidedAt: at(60_000), seq: 60_001 }, 't60001'],
  ['a page from before the range', { decidedAt: at(3), seq: 4 }, 't50000'],
])('reads %s of 100,000 decisions without those before and behind', async (_name, after, first) => {
  const range = { from: at(50_000), to: at(90_000), after, limit: 100 }
  const { found, read, sorted } = await count(db => findDecisions(db, range))
  expect([found.length, found[0]?.transactionId, sorted]).toEqual([100, first, 0])
  expect(read).toBeLessThan(110)
})

test('goes on within what was decided at one moment', async () => {
  const { db } = database
  await db.raw('UPDATE transactions SET decided_at = ? WHERE seq BETWEEN 95001 AND 97000', [
    '2026-01-02 02:40:00',
  ])
  const range = { from: at(50_000), to: at(99_000), limit: 100 }
  const { found, read } = await count(db =>
    findDecisions(db, { ...range, after: { decidedAt: at(96_000), seq: 96_500 } }),
  )
  expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => 96_501 + index))
  expect(read).toBeLessThan(1700)
})
