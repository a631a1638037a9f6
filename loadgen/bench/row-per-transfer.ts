import { type Connection, createConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'
import { formatMoney } from '../../lib/ledger/money.ts'
import { isTransient } from '../../lib/mysql/errors.ts'
import { readMoney } from '../../lib/mysql/money.ts'
import { toSqlTime } from '../../lib/mysql/time.ts'
import { orderingGroupOf } from '../../lib/pubsub/ordering-group.ts'
import { type BenchDatabase, CURRENCY } from './database.ts'
import { orderingGroups } from './floor.ts'
import type { Transfer, Workload } from './workload.ts'

const WRITERS = 16

/** Does a transfer's work while nobody else does work under the same name. */
export type Guard = (name: string, work: () => Promise<void>) => Promise<void>

const unguarded: Guard = (_, work) => work()

/**
 * What ordinary services do: each transfer is one SQL transaction that locks its two accounts, checks, updates and commits,
 * as prepared statements, on 16 connections. Answers the seconds it took.
 */
export async function runRowPerTransfer(
  { url }: BenchDatabase,
  { warmUp, transfers }: Workload,
  guard: Guard = unguarded,
): Promise<number> {
  const connections = await Promise.all(Array.from({ length: WRITERS }, () => connect(url)))
  try {
    await writeAll(connections, warmUp, guard)
    const begin = performance.now()
    await writeAll(connections, transfers, guard)
    return (performance.now() - begin) / 1000
  } finally {
    for (const connection of connections) connection.destroy()
  }
}

async function connect(uri: string): Promise<Connection> {
  const connection = await createConnection({
    uri,
    supportBigNumbers: true,
    bigNumberStrings: true,
    timezone: 'Z',
  })
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
  return connection
}

async function writeAll(connections: readonly Connection[], transfers: readonly Transfer[], guard: Guard) {
  // The writers take turns at one list: none has more to do than the others.
  const queue = transfers.values()
  await Promise.all(
    connections.map(async connection => {
      for (const transfer of queue) {
        await guard(transfer.sourceAccountId, () => untilCommitted(connection, transfer))
      }
    }),
  )
}

/** Deadlocks, and waits for a lock that took too long, are tried again. */
async function untilCommitted(connection: Connection, transfer: Transfer): Promise<void> {
  for (;;) {
    try {
      await connection.beginTransaction()
      await applyOne(connection, transfer)
      return await connection.commit()
    } catch (error) {
      await connection.rollback()
      if (!isTransient(error)) throw error
    }
  }
}

async function applyOne(connection: Connection, transfer: Transfer): Promise<void> {
  const { sourceAccountId, destinationAccountId, amount } = transfer
  const now = toSqlTime(new Date())
  const group = orderingGroupOf(sourceAccountId, orderingGroups)
  const values = [
    transfer.transactionId,
    group,
    sourceAccountId,
    destinationAccountId,
    formatMoney(amount),
    now,
  ]
  const [{ insertId }] = await connection.execute<ResultSetHeader>(INSERT, values)
  const [rows] = await connection.execute<RowDataPacket[]>(LOCK, [sourceAccountId, destinationAccountId])
  const source = rows.find(row => row['account_id'] === sourceAccountId)
  const destination = rows.find(row => row['account_id'] === destinationAccountId)
  if (source === undefined || destination === undefined) throw new Error('an account is missing')
  const left = readMoney(source['balance']) - amount
  if (left - readMoney(source['held']) + readMoney(source['overdraft_limit']) < 0n)
    throw new Error(`${sourceAccountId} cannot pay ${transfer.transactionId}`)
  const balances = [formatMoney(left), formatMoney(readMoney(destination['balance']) + amount)] as const
  const versions = [Number(source['version']) + 1, Number(destination['version']) + 1] as const
  await connection.execute(UPDATE_ACCOUNT, [balances[0], versions[0], now, sourceAccountId])
  await connection.execute(UPDATE_ACCOUNT, [balances[1], versions[1], now, destinationAccountId])
  await connection.execute(COMPLETE, [CURRENCY, ...balances, ...versions, now, now, insertId])
}

const INSERT = `
INSERT INTO transactions
       (transaction_id, ordering_group, type, source_account_id, destination_account_id, amount, accepted_at)
VALUES (?, ?, 'transfer', ?, ?, ?, ?)`

const LOCK = `
SELECT account_id, balance, held, overdraft_limit, version FROM accounts
 WHERE account_id IN (?, ?) ORDER BY account_id FOR UPDATE`

const UPDATE_ACCOUNT = `UPDATE accounts SET balance = ?, version = ?, updated_at = ? WHERE account_id = ?`

const COMPLETE = `
UPDATE transactions
   SET status = 'COMPLETED', currency = ?, source_balance_after = ?, destination_balance_after = ?,
       source_version = ?, destination_version = ?, decided_at = ?, finished_at = ?
 WHERE seq = ?`
