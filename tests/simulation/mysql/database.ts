import type { Database, SqlTransaction } from '../../../lib/mysql/connect.ts'
import { current, type World } from '../world.ts'
import { describeChanges } from './describe-changes.ts'
import { connectionLost } from './faults.ts'
import { Locks } from './locks.ts'
import { Session } from './session.ts'
import { runStatement } from './statements.ts'
import { createTables, type Tables } from './tables.ts'

export type DatabaseFaults = {
  /** How likely a connection is lost with a statement, or a COMMIT: half of them before it has been done. */
  lossProbability: number
}

/** A connection: what is asked over it is done in order, and it is lost with its process. */
type Connection = { readonly session: Session; readonly owner: string; isLost: boolean }

/** How long the server takes to see that a client is gone; until then its locks stay. */
const NOTICE_MS = 1000

/** The one database of a world, and the connections to it. */
export class SimulatedMysql {
  readonly tables: Tables = createTables()
  readonly faults: DatabaseFaults = { lossProbability: 0 }
  /** The texts of all statements it was given, blanks counted once. */
  readonly texts = new Set<string>()
  readonly #world: World
  readonly #locks: Locks

  constructor(world: World) {
    this.#world = world
    this.#locks = new Locks(world)
  }

  /** How many statements wait for a lock. */
  get waiting(): number {
    return this.#locks.waiting
  }

  /** What the functions take for knex: as much of it as they use. */
  connect(): Database {
    const raw = (sql: string, bindings: readonly unknown[] = []) => this.#autocommit(sql, bindings)
    const transaction = <T>(work: (trx: SqlTransaction) => Promise<T>) => this.#transaction(work)
    return { raw, transaction, destroy: async () => undefined } as unknown as Database
  }

  async #autocommit(sql: string, bindings: readonly unknown[]): Promise<unknown> {
    const connection = this.#open()
    return await this.#ask(connection, async () => {
      try {
        const result = await this.#run(connection.session, sql, bindings)
        this.#commit(connection)
        return result
      } catch (error) {
        connection.session.rollback()
        throw error
      }
    })
  }

  async #transaction<T>(work: (trx: SqlTransaction) => Promise<T>): Promise<T> {
    const connection = this.#open()
    const { session } = connection
    const raw = (sql: string, bindings: readonly unknown[] = []) =>
      this.#ask(connection, () => session.whole(() => this.#run(session, sql, bindings)))
    let result: T
    try {
      result = await work({ raw } as unknown as SqlTransaction)
    } catch (error) {
      if (!connection.isLost)
        await this.#ask(connection, async () => session.rollback()).catch(() => undefined)
      throw error
    }
    await this.#ask(connection, async () => this.#commit(connection))
    return result
  }

  async #run(session: Session, text: string, bindings: readonly unknown[]): Promise<unknown> {
    const sql = text.replace(/\s+/g, ' ').trim()
    this.texts.add(sql)
    const answer = await runStatement(this.tables, session, sql, bindings)
    return sql.startsWith('SELECT') && !sql.includes('ORDER BY') ? [this.#shuffled(answer)] : answer
  }

  /** Nobody promises an order that was not asked for. */
  #shuffled(answer: unknown): unknown[] {
    const [rows] = answer as [unknown[]]
    const ranked = rows.map(row => ({ row, rank: this.#world.random() }))
    return ranked.sort((one, other) => one.rank - other.rank).map(({ row }) => row)
  }

  #open(): Connection {
    const owner = current()?.name ?? 'nobody'
    const connection = { session: new Session(this.#locks), owner, isLost: false }
    current()?.onDeath(() => this.#lose(connection))
    return connection
  }

  #commit({ session, owner }: Connection): void {
    const changes = session.commit()
    if (changes.length > 0) this.#world.note(() => `${owner} commits ${describeChanges(changes)}`)
  }

  /** The server sees it later, and ends what was open. */
  #lose(connection: Connection): void {
    connection.isLost = true
    this.#world.as(undefined, () => this.#world.schedule(NOTICE_MS, () => connection.session.rollback()))
  }

  /** One request and its answer, each some time on its way; either can be lost, and with it the connection. */
  async #ask<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
    if (connection.isLost) throw connectionLost()
    const world = this.#world
    const isDone = world.chance(0.5)
    const what = `${connection.owner} loses its connection, ${isDone ? 'after' : 'before'} a statement is done`
    const lost = world.fault(what, this.faults.lossProbability) ? Number(isDone) : undefined
    const asker = current()
    return await new Promise<T>((resolve, reject) => {
      const answer = (run: () => void) => world.as(asker, () => world.schedule(this.#latencyMs(), run))
      const lose = () => {
        this.#lose(connection)
        answer(() => reject(connectionLost()))
      }
      const arrive = async () => {
        // Sent by one that has died since: it may have left in time, and is done then.
        if (asker?.alive === false && world.chance(0.5)) return
        if (lost === 0) return lose()
        const done = await work().then(
          value => () => resolve(value),
          error => () => reject(error),
        )
        if (lost === 1) return lose()
        answer(done)
      }
      world.as(undefined, () => world.schedule(this.#latencyMs(), () => void arrive()))
    })
  }

  /** Mostly short, at times long: what was asked later may be done earlier. */
  #latencyMs(): number {
    return this.#world.chance(0.05) ? this.#world.random() * 200 : this.#world.random() * 3
  }
}
