import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { findBlocked } from '../../../lib/mysql/find-blocked.ts'
import { type DeadLetterQuery, findDeadLetters } from '../../../lib/mysql/find-dead-letters.ts'
import { findQueuedBehind } from '../../../lib/mysql/find-queued-behind.ts'
import { countReads, NUMBERS } from '../../support/count-reads.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  // 100,000 transactions of one source in 16 groups; the last 100 are PENDING, and the first of these has failed.
  await database.db.raw(`
    INSERT INTO transactions (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount,
        currency, status, source_balance_after, destination_balance_after, source_version, destination_version,
        failure_count, accepted_at, finished_at)
    SELECT CONCAT('t', n), n % 16, 'transfer', 'busy', 'shop', 1, 'USD', IF(n < 99900, 'COMPLETED', 'PENDING'), 0, 0, n, n,
           IF(n = 99900, 1, 0), moment, moment
      FROM (SELECT n, '2026-01-01' + INTERVAL n SECOND AS moment FROM ${NUMBERS} AS numbers) AS moments ORDER BY n`)
  // 100,000 letters, one a second: every 1,000th is OPEN, every 5,000th of those for another reason.
  await database.db.raw(`
    INSERT INTO dead_letters (source, message_id, transaction_id, reason, detail, payload, created_at, state, resolved_by,
        resolved_at, discard_reason)
    SELECT 'event', n, CONCAT('t', n), IF(n % 5000 = 0, 'unknown_parent', 'invalid_request'), 'x', '{}', moment,
           IF(n % 1000 = 0, 'OPEN', 'DISCARDED'), IF(n % 1000 = 0, NULL, 'x'), IF(n % 1000 = 0, NULL, moment),
           IF(n % 1000 = 0, NULL, 'x')
      FROM (SELECT n, '2026-01-01' + INTERVAL n SECOND AS moment FROM ${NUMBERS} AS numbers) AS moments ORDER BY n`)
}, 60_000)
afterAll(() => database.drop())

test('finds what is blocked, and counts what waits, without reading what is decided', async () => {
  const { found, read } = await countReads(database.db, db => findBlocked(db, 100))
  expect(found).toMatchObject([{ record: { transactionId: 't99900' }, queuedBehind: 99 }])
  // Twice the 100 that are PENDING, and a step into each group.
  expect(read).toBeLessThan(400)
})

test('finds what is queued behind an old letter without reading what was decided since', async () => {
  const query = { sourceAccountId: 'busy', seq: 5, idLimit: 20 }
  const { found, read } = await countReads(database.db, db => findQueuedBehind(db, query))
  expect(found).toMatchObject({ count: 100 })
  expect(read).toBeLessThan(400)
})

test('counts what waits behind an old one without reading what others sent since', async () => {
  await database.db.raw(
    `UPDATE transactions SET status = 'PENDING', failure_count = 1, source_account_id = 'ill'
      WHERE transaction_id = 't10'`,
  )
  const { found, read } = await countReads(database.db, db => findBlocked(db, 1))
  expect(found).toMatchObject([{ record: { transactionId: 't10' }, queuedBehind: 0 }])
  expect(read).toBeLessThan(400)
})

const ALL: DeadLetterQuery = {
  ...{ reason: undefined, source: undefined, transactionId: undefined, state: undefined },
  ...{ beforeId: undefined, from: undefined, to: undefined, limit: 21 },
}
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000)

test.each<[string, Partial<DeadLetterQuery>, string, number]>([
  ['the first page', {}, '99999', 21],
  ['a page in the middle', { beforeId: 50_001 }, '49999', 21],
  ['what is OPEN', { state: 'OPEN' }, '99000', 21],
  ['a rare reason', { reason: 'unknown_parent' }, '95000', 20],
  ['a rare reason that is OPEN', { reason: 'unknown_parent', state: 'OPEN' }, '95000', 20],
  ['what is of a transaction', { transactionId: 't7' }, '7', 1],
  ['a time range at the beginning', { from: at(100), to: at(200) }, '199', 21],
  ['a time range with one letter', { from: at(50_000), to: at(50_001) }, '50000', 1],
  ['a time range at the end', { from: at(99_000) }, '99999', 21],
])('reads %s of 100,000 letters without reading the others', async (_name, query, newest, rows) => {
  const { found, read } = await countReads(database.db, db => findDeadLetters(db, { ...ALL, ...query }))
  expect([found[0]?.messageId, found.length]).toEqual([newest, rows])
  expect(read).toBeLessThan(300)
})
