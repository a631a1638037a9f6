import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { allFinal, findBrokenBooks, findOutOfOrder, readBalances } from '../../../support/ledger.ts'
import { type RealStack, startRealStack } from './support/real-stack.ts'

const CALLERS = 8
const OPENING = 10_000

let real: RealStack
beforeAll(async () => {
  real = await startRealStack()
}, 120_000)
afterAll(() => real.close(), 60_000)

test('loses nothing, doubles nothing and refuses nothing while every function rolls under load', async () => {
  const { stack, database, call } = real
  const accounts = Array.from({ length: CALLERS }, (_, index) => `rolling-${index}`)
  for (const accountId of accounts)
    await call('POST', '/api/v1/accounts', { accountId, currency: 'USD', openingBalance: String(OPENING) })
  await allFinal(database.db)
  const rolling = { isOver: false }
  const sent = Array.from({ length: CALLERS }, () => 0)
  const statuses = new Map<number, number>()
  const load = accounts.map(async (sourceAccountId, caller) => {
    const destinationAccountId = accounts[(caller + 1) % CALLERS]
    for (let step = 0; !rolling.isOver; step += 1) {
      const transfer = {
        transactionId: `rolling-${caller}.${step}`,
        sourceAccountId,
        destinationAccountId,
        amount: '1',
      }
      const answer = await call('POST', '/api/v1/transactions/process', transfer)
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      sent[caller] = step + 1
      const read = await call('GET', `/api/v1/accounts/${sourceAccountId}/balance`)
      statuses.set(read.status, (statuses.get(read.status) ?? 0) + 1)
    }
  })
  const old = [...stack.pools.values()].flatMap(pool => pool.instances.map(({ child }) => child.pid))
  await Promise.all([...stack.pools.values()].map(pool => pool.roll()))
  rolling.isOver = true
  await Promise.all(load)
  expect([...statuses.keys()].sort()).toEqual([200, 202])
  const now = [...stack.pools.values()].flatMap(pool => pool.instances.map(({ child }) => child.pid))
  expect(now.filter(pid => old.includes(pid))).toEqual([])
  await allFinal(database.db)
  const [rows] = await database.db.raw(
    `SELECT COUNT(*) AS count FROM transactions WHERE status = 'COMPLETED'`,
  )
  expect(Number(rows[0].count)).toBe(CALLERS + sent.reduce((sum, count) => sum + count, 0))
  const balances = await readBalances(database.db)
  const expected = accounts.map((_, index) => {
    const received = sent[(index + CALLERS - 1) % CALLERS] ?? 0
    return `${OPENING + received - (sent[index] ?? 0)}.0000`
  })
  expect(accounts.map(account => balances[account])).toEqual(expected)
  expect(await findBrokenBooks(database.db)).toEqual([])
  expect(await findOutOfOrder(database.db)).toEqual([])
}, 120_000)
