import { setTimeout as pause } from 'node:timers/promises'
import type { Database, SqlTransaction } from '../../../lib/mysql/connect.ts'
import { createDatabase } from '../../support/database.ts'
import { ACCOUNTS, accountRow } from '../accounts.ts'
import { SimulatedMysql } from '../mysql/database.ts'
import { POISON } from '../mysql/tables.ts'
import { Process, World } from '../world.ts'

/** A database under contract: the real one, or the simulated one in a world of its own. */
export type ContractDatabase = {
  readonly db: Database
  /** Lets time pass, of which the simulated one has a time of its own, until something has happened. */
  run<T>(work: Promise<T>): Promise<T>
  /** Opens a SQL transaction that stays open until it is ended, or its client dies. */
  begin(): Promise<OpenTransaction>
  /** How many statements wait for a lock. */
  waiting(): Promise<number>
  close(): Promise<void>
}

type OpenTransaction = {
  readonly sql: SqlTransaction
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Its client is gone, without a word. */
  die(): Promise<void>
}

/** With the accounts of the histories, and a constraint that makes poison of what is poison there. */
export async function openRealDatabase(): Promise<ContractDatabase> {
  const { db, drop } = await createDatabase()
  await db.raw(
    `ALTER TABLE transactions ADD CONSTRAINT poison
       CHECK (status IN ('PENDING', 'FAILED') OR metadata IS NULL OR metadata <> '${JSON.stringify(POISON)}')`,
  )
  const rows = ACCOUNTS.map(accountId => accountRow(accountId, new Date(0)))
  const columns = Object.keys(rows[0] ?? {})
  await db.raw(`INSERT INTO accounts (${columns}) VALUES ?`, [rows.map(row => Object.values(row)) as never])
  const run = <T>(work: Promise<T>) => work
  return { db, run, begin: () => beginReal(db), waiting: () => countWaiting(db), close: drop }
}

async function beginReal(db: Database): Promise<OpenTransaction> {
  const open = await hold(db)
  const [[{ id }]] = await open.sql.raw('SELECT CONNECTION_ID() AS id')
  const die = async () => {
    await db.raw(`KILL ${Number(id)}`)
  }
  return { ...open, die }
}

/** InnoDB looks again only when nobody has asked it for 0.1 s. */
const LOOK_MS = 150

async function countWaiting(db: Database): Promise<number> {
  await pause(LOOK_MS)
  const [[{ waiting }]] = await db.raw(
    `SELECT COUNT(*) AS waiting FROM information_schema.innodb_trx
       JOIN information_schema.processlist ON processlist.id = trx_mysql_thread_id
      WHERE trx_state = 'LOCK WAIT' AND processlist.db = DATABASE()`,
  )
  return Number(waiting)
}

async function hold(db: Database): Promise<Omit<OpenTransaction, 'die'>> {
  const opened = Promise.withResolvers<SqlTransaction>()
  const end = Promise.withResolvers<void>()
  const ended = db.transaction(async sql => {
    opened.resolve(sql)
    await end.promise
  })
  ended.catch(() => undefined)
  return {
    sql: await opened.promise,
    commit: async () => {
      end.resolve()
      await ended
    },
    rollback: async () => {
      end.reject(new Error('rolled back'))
      await ended.catch(() => undefined)
    },
  }
}

/** Its time goes as fast as it can, or, so that what waits can be seen waiting, no faster than the clock. */
export function openSimulatedDatabase(pace: Pace = 'fast'): ContractDatabase {
  const world = new World(1)
  const mysql = new SimulatedMysql(world)
  for (const accountId of ACCOUNTS)
    mysql.tables.accounts.rows.set(accountId, accountRow(accountId, new Date(0)))
  const db = mysql.connect()
  const begin = async () => {
    const client = new Process('client')
    return { ...(await world.as(client, () => hold(db))), die: async () => client.kill() }
  }
  return {
    db,
    run: pump(world, pace),
    begin,
    waiting: async () => mysql.waiting,
    close: async () => undefined,
  }
}

type Pace = 'fast' | 'like the clock'

/** Lets events of a world happen as long as any of the work that it is given goes on. */
export function pump(world: World, pace: Pace = 'fast'): <T>(work: Promise<T>) => Promise<T> {
  let works = 0
  let isPumping = false
  const goOn = async () => {
    isPumping = true
    while (works > 0) {
      await world.runUntil(world.nowMs + 1)
      // What waits for a socket gets its turn too.
      await new Promise(resolve => (pace === 'fast' ? setImmediate(resolve) : setTimeout(resolve, 1)))
    }
    isPumping = false
  }
  return async work => {
    works += 1
    if (!isPumping) void goOn()
    try {
      return await work
    } finally {
      works -= 1
    }
  }
}

/** A statement, and what each of the two answered. */
export type Asked = {
  readonly sql: string
  readonly bindings: unknown
  readonly simulated: unknown
  readonly real: unknown
}

/**
 * Asks both databases each statement, one statement after another, and writes down what they answered. Whoever asks is
 * answered by the simulated one.
 */
export function mirrored(simulated: ContractDatabase, real: ContractDatabase, log: Asked[]): Database {
  let last: Promise<unknown> = Promise.resolve()
  const ask = (one: Raw, other: Raw) => async (text: string, bindings?: unknown) => {
    const before = last
    const turn = Promise.withResolvers<void>()
    last = turn.promise
    await before
    const given = JSON.parse(JSON.stringify(bindings ?? []))
    const answer = await simulated.run(outcomeOf(one(text, bindings)))
    const sql = text.replace(/\s+/g, ' ').trim()
    const mirror = await outcomeOf(other(text, bindings))
    log.push({ sql, bindings: given, simulated: described(sql, answer), real: described(sql, mirror) })
    turn.resolve()
    if ('error' in answer) throw answer.error
    return answer.value
  }
  const rawOf = (db: Database | SqlTransaction): Raw => db.raw.bind(db) as never
  return {
    raw: ask(rawOf(simulated.db), rawOf(real.db)),
    transaction: (work: (transaction: SqlTransaction) => Promise<unknown>) =>
      simulated.run(
        simulated.db.transaction(one =>
          real.db.transaction(other => work({ raw: ask(rawOf(one), rawOf(other)) } as never)),
        ),
      ),
    destroy: async () => undefined,
  } as never
}

type Raw = (sql: string, bindings?: unknown) => Promise<unknown>
type Outcome = { readonly value: unknown } | { readonly error: { readonly errno?: number } }

async function outcomeOf(answer: Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await answer }
  } catch (error) {
    return { error: error as { errno?: number } }
  }
}

/** Rows, in their order if one was asked for; of a change what Settle looks at: the number its row was given, or how many rows; of an error its number. */
function described(sql: string, answer: Outcome): unknown {
  if ('error' in answer) return { errno: answer.error.errno }
  const [result] = answer.value as [unknown]
  if (Array.isArray(result)) {
    const rows = result.map(row => JSON.stringify(row))
    return sql.includes('ORDER BY') ? rows : rows.sort()
  }
  const { insertId, affectedRows } = result as { insertId?: number; affectedRows?: number }
  if (sql.startsWith('INSERT') && !sql.includes('ON DUPLICATE KEY')) return { insertId }
  return sql.startsWith('UPDATE') ? { affectedRows } : undefined
}
