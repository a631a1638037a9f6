import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Account, AccountId } from '../../../lib/ledger/account.ts'
import type { TransactionId } from '../../../lib/ledger/transaction.ts'
import type { Database, SqlTransaction } from '../../../lib/mysql/connect.ts'
import { isTransient } from '../../../lib/mysql/errors.ts'
import { findAccount } from '../../../lib/mysql/find-account.ts'
import { insertTransactions } from '../../../lib/mysql/insert-transactions.ts'
import { lockAccounts } from '../../../lib/mysql/lock-accounts.ts'
import { lockPending } from '../../../lib/mysql/lock-pending.ts'
import { writeBalances } from '../../../lib/mysql/write-balances.ts'
import { writeOutcomes } from '../../../lib/mysql/write-outcomes.ts'
import { until } from '../../support/until.ts'
import { type ContractDatabase, openRealDatabase, openSimulatedDatabase } from './both-databases.ts'

const NOW = new Date('2026-01-01T00:00:00Z')
const ENGINES = [
  ['the real database', openRealDatabase],
  ['the simulated database', async () => openSimulatedDatabase('like the clock')],
] as const

/** What a test does with a database. */
function clientOf(database: ContractDatabase) {
  const run = <T>(work: Promise<T>) => database.run(work)
  return {
    database,
    run,
    setBalance: async (sql: SqlTransaction, id: string, balance: bigint) => {
      const account = (await run(lockAccounts(sql, [id]))).get(id) as Account
      await run(writeBalances(sql, [{ ...account, balance, version: account.version + 1 }], NOW))
    },
    balanceOf: async (id: string) => (await run(findAccount(database.db, id)))?.balance,
    someoneWaits: () => run(until('someone waits', async () => (await database.waiting()) > 0)),
    accept: (db: Database | SqlTransaction, ...ids: string[]) =>
      run(insertTransactions(db, ids.map(pendingTransaction), NOW)),
  }
}

type Client = ReturnType<typeof clientOf>

const BEHAVIOURS: readonly (readonly [string, (client: Client) => Promise<void>])[] = [
  [
    'shows nobody else what is not committed, and everybody what is',
    async ({ database, run, setBalance, balanceOf }) => {
      const writer = await database.begin()
      const reader = await database.begin()
      await setBalance(writer.sql, 'anna', 50_000n)
      const read = async () => (await run(findAccount(reader.sql as unknown as Database, 'anna')))?.balance
      expect([await read(), await balanceOf('anna')]).toEqual([0n, 0n])
      await run(writer.commit())
      expect([await read(), await balanceOf('anna')]).toEqual([50_000n, 50_000n])
      await run(reader.commit())
    },
  ],
  [
    'makes who locks a row wait for who has it, and shows it then what that one wrote',
    async ({ database, run, setBalance, someoneWaits }) => {
      const first = await database.begin()
      const second = await database.begin()
      await setBalance(first.sql, 'anna', 50_000n)
      const locked = run(lockAccounts(second.sql, ['anna']))
      await someoneWaits()
      await run(first.commit())
      expect((await locked).get('anna')?.balance).toBe(50_000n)
      await run(second.commit())
    },
  ],
  [
    'undoes what is rolled back',
    async ({ database, run, setBalance, balanceOf }) => {
      const writer = await database.begin()
      await setBalance(writer.sql, 'anna', 50_000n)
      await run(writer.rollback())
      expect(await balanceOf('anna')).toBe(0n)
    },
  ],
  [
    'lets go of what a client had locked, and undoes what it wrote, when it dies',
    async ({ database, run, setBalance, someoneWaits }) => {
      const first = await database.begin()
      const second = await database.begin()
      await setBalance(first.sql, 'anna', 50_000n)
      const locked = run(lockAccounts(second.sql, ['anna']))
      await someoneWaits()
      await first.die()
      expect((await locked).get('anna')?.balance).toBe(0n)
      await run(second.commit())
      await run(first.rollback())
    },
  ],
  [
    'passes over what is not PENDING any more when its lock is had',
    async ({ database, run, someoneWaits, accept }) => {
      await accept(database.db, 'one', 'two')
      const first = await database.begin()
      const second = await database.begin()
      const query = { groups: [1], withoutSources: [], limit: 10 }
      const [transaction] = await run(lockPending(first.sql, { ...query, limit: 1 }))
      if (transaction === undefined) throw new Error('nothing is PENDING')
      await run(writeOutcomes(first.sql, [{ kind: 'rejected', transaction, reason: 'unknown_source' }], NOW))
      const locked = run(lockPending(second.sql, query))
      await someoneWaits()
      await run(first.commit())
      expect((await locked).map(({ transactionId }) => transactionId)).toEqual(['two'])
      await run(second.commit())
    },
  ],
  [
    'writes no outcome over one that is there',
    async ({ database, run, accept }) => {
      await accept(database.db, 'one')
      const query = { groups: [1], withoutSources: [], limit: 1 }
      const outcomes = async (sql: SqlTransaction, reason: 'unknown_source' | 'account_closed') => {
        const [transaction] = pending
        if (transaction === undefined) throw new Error('nothing is PENDING')
        await run(writeOutcomes(sql, [{ kind: 'rejected', transaction, reason }], NOW))
      }
      const first = await database.begin()
      const pending = await run(lockPending(first.sql, query))
      await outcomes(first.sql, 'unknown_source')
      await run(first.commit())
      const second = await database.begin()
      await expect(outcomes(second.sql, 'account_closed')).rejects.toThrow('wrote 0 of 1')
      await run(second.rollback())
    },
  ],
  [
    'refuses one of two that wait for each other, and lets the other go on',
    async ({ database, run, someoneWaits }) => {
      const first = await database.begin()
      const second = await database.begin()
      await run(lockAccounts(first.sql, ['anna']))
      await run(lockAccounts(second.sql, ['bert']))
      const outcomes = [lockAccounts(first.sql, ['bert'])]
      const waits = run(Promise.allSettled(outcomes))
      await someoneWaits()
      outcomes.push(lockAccounts(second.sql, ['anna']))
      const settled = Promise.allSettled(outcomes)
      const refused = await run(
        Promise.any(
          outcomes.map(outcome =>
            outcome.then(
              () => Promise.reject(),
              error => error,
            ),
          ),
        ),
      )
      expect(refused).toMatchObject({ errno: 1213 })
      expect(isTransient(refused)).toBe(true)
      await run(Promise.all([first.rollback(), second.rollback()]))
      expect((await run(settled)).filter(({ status }) => status === 'rejected')).toHaveLength(1)
      await waits
    },
  ],
  [
    'gives up a wait for a lock after the time of the session',
    async ({ database, run }) => {
      const first = await database.begin()
      const second = await database.begin()
      await run(lockAccounts(first.sql, ['anna']))
      const error = await run(lockAccounts(second.sql, ['anna']).catch((error: unknown) => error))
      expect(error).toMatchObject({ errno: 1205 })
      expect(isTransient(error)).toBe(true)
      // The wait is over, the SQL transaction is not.
      expect((await run(lockAccounts(second.sql, ['bert']))).size).toBe(1)
      await run(Promise.all([first.rollback(), second.rollback()]))
    },
  ],
  [
    'refuses an id that another stores at the same time and commits',
    client => storeAgain(client, 'commit', { errno: 1062 }),
  ],
  [
    'takes an id that another stores at the same time and rolls back',
    client => storeAgain(client, 'rollback', [expect.any(Number)]),
  ],
  [
    'undoes of a SQL transaction only the statement that failed',
    async ({ database, run, setBalance, balanceOf, accept }) => {
      await accept(database.db, 'taken')
      const writer = await database.begin()
      await setBalance(writer.sql, 'anna', 50_000n)
      await expect(accept(writer.sql, 'free', 'taken')).rejects.toMatchObject({ errno: 1062 })
      await run(writer.commit())
      expect(await balanceOf('anna')).toBe(50_000n)
      expect(await accept(database.db, 'free')).toHaveLength(1)
    },
  ],
]

/** Stores an id that another has stored and not ended. */
async function storeAgain(
  { database, run, accept, someoneWaits }: Client,
  end: 'commit' | 'rollback',
  outcome: object,
): Promise<void> {
  const first = await database.begin()
  await accept(first.sql, 'same')
  const again = accept(database.db, 'same').catch((error: unknown) => error)
  await someoneWaits()
  await run(first[end]())
  expect(await again).toMatchObject(outcome)
}

describe.each(ENGINES)('%s', (_name, open) => {
  let database: ContractDatabase
  beforeEach(async () => {
    database = await open()
  })
  afterEach(() => database.close())
  test.each(BEHAVIOURS)('%s', (_behaviour, behave) => behave(clientOf(database)))
})

function pendingTransaction(id: string) {
  return {
    transactionId: id as TransactionId,
    orderingGroup: 1,
    type: 'transfer' as const,
    sourceAccountId: 'anna' as AccountId,
    destinationAccountId: 'bert' as AccountId,
    ...{ amount: 1n, currency: null, parentTransactionId: null },
    ...{ expiresAt: null, occurredAt: null, metadata: null, traceparent: null },
  }
}
