import { afterEach, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { checkBooks, checkSent } from '../../loadgen/bench/check-books.ts'
import { type BenchDatabase, openDatabase } from '../../loadgen/bench/database.ts'
import { acceptAll, drainAll, runFloor } from '../../loadgen/bench/floor.ts'
import { insertHistory } from '../../loadgen/bench/history.ts'
import { openRedisLock } from '../../loadgen/bench/redis-lock.ts'
import { runRowPerTransfer } from '../../loadgen/bench/row-per-transfer.ts'
import { makeWorkload, SKEWS } from '../../loadgen/bench/workload.ts'
import { findBrokenBooks } from '../support/ledger.ts'
import { until } from '../support/until.ts'

const MYSQL_URL = process.env['MYSQL_URL'] ?? ''
const REDIS_URL = process.env['REDIS_URL'] ?? ''

const opened: BenchDatabase[] = []
afterEach(async () => {
  for (const database of opened.splice(0)) await database.drop()
})

async function open(workload: ReturnType<typeof makeWorkload>): Promise<BenchDatabase> {
  const database = await openDatabase(MYSQL_URL, workload.accountIds)
  opened.push(database)
  return database
}

const few = (skew: (typeof SKEWS)[number] = 'uniform') =>
  makeWorkload({ skew, accounts: 5, transfers: 100, seed: 3 })

test.each(SKEWS)('each contender applies the same %s transfers to the same balances', async skew => {
  const workload = few(skew)
  const lock = openRedisLock(REDIS_URL)
  const contenders = [
    async (database: BenchDatabase) => expect((await runFloor(database, workload, 40)).rowsPerFlush).toBe(40),
    (database: BenchDatabase) => runRowPerTransfer(database, workload),
    (database: BenchDatabase) => runRowPerTransfer(database, workload, lock.guard),
  ]
  for (const run of contenders) {
    const database = await open(workload)
    await run(database)
    await checkBooks(database.db, workload)
  }
  lock.close()
})

/** A history was not settled, but put there: what was is chained. */
const isInLink = (fault: string) => !fault.endsWith('is in no link')

test('goes on from a history whose books are right, and sees a transfer that is not applied', async () => {
  const workload = makeWorkload({ skew: 'uniform', accounts: 6, transfers: 100, seed: 3 })
  const { db } = await open(workload)
  await insertHistory(db, workload.accountIds, 3, () => undefined)
  expect((await findBrokenBooks(db)).filter(isInLink)).toEqual([])
  await expect(checkSent(db, workload, 18)).rejects.toThrow('18 COMPLETED of 168 transfers')
  await acceptAll(db, [...workload.warmUp, ...workload.transfers], 50)
  await drainAll(db)
  await checkSent(db, workload, 18)
  expect((await findBrokenBooks(db)).filter(isInLink)).toEqual([])
})

test('drains a backlog in as many steps as it takes', async () => {
  const workload = few()
  const { db } = await open(workload)
  await acceptAll(db, [...workload.warmUp, ...workload.transfers], 50)
  expect(await drainAll(db, { batchSize: 20 })).toBe(8)
  await checkBooks(db, workload)
})

test('goes on draining until nothing more comes', async () => {
  const { db } = await open(few())
  const answers = [false, false, false, true]
  expect(await drainAll(db, { isAccepted: () => answers.shift() ?? true })).toBe(0)
  expect(answers).toEqual([])
})

const SABOTAGES: readonly (readonly [string, string, string | RegExp])[] = [
  [
    'a transfer that is lost',
    `DELETE FROM transactions WHERE transaction_id = 'transfer-5'`,
    '149 COMPLETED of 150',
  ],
  [
    'one that is not applied',
    `UPDATE transactions SET status = 'PENDING' WHERE transaction_id = 'transfer-5'`,
    '1 PENDING, 149 COMPLETED of 150 transfers',
  ],
  [
    'money that is made',
    `UPDATE accounts SET balance = balance + 1 WHERE account_id = 'bench-1'`,
    'the balances sum to 1.0000',
  ],
  [
    'money in the wrong account',
    `UPDATE accounts SET balance = balance + IF(account_id = 'bench-1', 1, -1) WHERE account_id IN ('bench-1', 'bench-2')`,
    /bench-1 has .*bench-2 has /,
  ],
  [
    'a version that two entries have',
    `UPDATE transactions SET source_version = destination_version
      WHERE source_account_id = 'bench-1' OR destination_account_id = 'bench-1'`,
    'the entries of bench-1 are not its balance',
  ],
]

test('finds books that are wrong', async () => {
  const workload = few()
  const { db, ...database } = await open(workload)
  await runFloor({ db, ...database }, workload)
  await checkBooks(db, workload)
  for (const [what, sabotage, message] of SABOTAGES) {
    const transaction = await db.transaction()
    await transaction.raw(sabotage)
    const found = await checkBooks(transaction, workload).catch(String)
    await transaction.rollback()
    expect({ what, found }).toEqual({ what, found: expect.stringMatching(message) })
  }
})

test('a writer whose transaction is broken off does it again', async () => {
  const workload = few()
  const database = await open(workload)
  const { db } = database
  let running: Promise<unknown> = Promise.resolve()
  await db.transaction(async transaction => {
    await transaction.raw('SELECT 1 FROM accounts FOR UPDATE')
    running = runRowPerTransfer(database, workload)
    const waiting: number[] = []
    await until('writers wait for an account', async () => {
      const [rows] = await db.raw(
        `SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE '%FOR UPDATE%' AND id <> CONNECTION_ID()
            AND info NOT LIKE '%processlist%'`,
      )
      waiting.push(...rows.map(({ id }: { id: number }) => id))
      return waiting.length > 0
    })
    for (const id of waiting) await db.raw('KILL QUERY ?', [id])
  })
  await running
  await checkBooks(db, workload)
})

test('lets one at a time work under a name, and others under other names', async () => {
  const { guard, close } = openRedisLock(REDIS_URL)
  const seen: string[] = []
  const otherIsIn = Promise.withResolvers<void>()
  const first = guard('one', async () => {
    seen.push('first begins')
    await otherIsIn.promise
    seen.push('first ends')
  })
  await until('the first is in', () => seen.length === 1)
  const second = guard('one', async () => void seen.push('second'))
  await guard('other', async () => void seen.push('other'))
  otherIsIn.resolve()
  await Promise.all([first, second])
  expect(seen).toEqual(['first begins', 'other', 'first ends', 'second'])
  close()
})

test('leaves a lock alone that has become another holder’s', async () => {
  const redis = new Redis(REDIS_URL)
  const { guard, close } = openRedisLock(REDIS_URL)
  let key = ''
  await guard('lapsed', async () => {
    ;[key = ''] = (await redis.keys('bench-lock:*')).filter(name => name.endsWith(':lapsed'))
    await redis.set(key, 'another holder')
  })
  expect(await redis.get(key)).toBe('another holder')
  await redis.del(key)
  redis.disconnect()
  close()
})
