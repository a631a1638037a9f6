import { sqlFault } from './faults.ts'
import type { Locks } from './locks.ts'
import type { Key, Row, Table } from './tables.ts'

/** What became of a row: gone, if there is none. */
export type Change = { readonly table: string; readonly key: Key; readonly row: Row | undefined }

type Changes = Map<Table, Map<Key, Row | undefined>>

/**
 * A SQL transaction at READ COMMITTED: it sees what has been committed when it looks, and its own changes, which nobody
 * else sees until it commits.
 */
export class Session {
  readonly #locks: Locks
  #changes: Changes = new Map()
  #ended = false

  constructor(locks: Locks) {
    this.#locks = locks
  }

  read(table: Table, key: Key): Row | undefined {
    const changed = this.#changes.get(table)
    return changed?.has(key) ? changed.get(key) : table.rows.get(key)
  }

  /** All rows that it sees, in order of their keys. */
  scan(table: Table): Row[] {
    const keys = new Set([...table.rows.keys(), ...(this.#changes.get(table)?.keys() ?? [])])
    const rows = [...keys].map(key => this.read(table, key)).filter(row => row !== undefined)
    return rows.sort((one, other) => compare(one[table.key], other[table.key]))
  }

  /** The row, locked, as it is when it has been locked. */
  async lock(table: Table, key: Key): Promise<Row | undefined> {
    await this.#locks.take(this, `${table.name}:${key}`)
    if (this.#ended) throw sqlFault(2013)
    return this.read(table, key)
  }

  /** Stores a row. Throws what the server answers where a constraint forbids it. */
  async insert(table: Table, row: Row): Promise<void> {
    if (table.unique.length > 0) await this.#claimUnique(table, row)
    const key = row[table.key] as Key
    await this.lock(table, key)
    if (this.read(table, key) !== undefined) throw sqlFault(1062, `${table.name} ${key}`)
    this.write(table, key, row)
  }

  write(table: Table, key: Key, row: Row | undefined): void {
    const broken = row && table.check(row)
    if (broken !== undefined) throw sqlFault(4025, broken)
    const changes = this.#changes.get(table) ?? new Map<Key, Row | undefined>()
    this.#changes.set(table, changes)
    changes.set(key, row)
  }

  /** Does a statement, all of it or nothing: one that fails leaves the SQL transaction as it was, and open. */
  async whole<T>(statement: () => Promise<T>): Promise<T> {
    const before: Changes = new Map([...this.#changes].map(([table, changes]) => [table, new Map(changes)]))
    try {
      return await statement()
    } catch (error) {
      this.#changes = before
      throw error
    }
  }

  /** Answers what has changed by it. */
  commit(): Change[] {
    const committed: Change[] = []
    for (const [table, changes] of this.#changes) {
      for (const [key, row] of changes) {
        committed.push({ table: table.name, key, row })
        if (row === undefined) table.rows.delete(key)
        else {
          table.rows.set(key, row)
          table.onCommitted(row)
        }
      }
    }
    this.rollback()
    return committed
  }

  rollback(): void {
    this.#ended = true
    this.#changes = new Map()
    this.#locks.release(this)
  }

  /** Whoever stores the same values is waited for: only its end says whether they are taken. */
  async #claimUnique(table: Table, row: Row): Promise<void> {
    const values = table.unique.map(column => String(row[column])).join(' ')
    await this.#locks.take(this, `${table.name}.unique:${values}`)
    const isSame = (other: Row) => table.unique.every(column => other[column] === row[column])
    if (this.scan(table).some(isSame)) throw sqlFault(1062, values)
  }
}

export function compare(one: unknown, other: unknown): number {
  return one === other ? 0 : (one as string) < (other as string) ? -1 : 1
}
