import { compare, type Session } from './session.ts'
import type { Key, Row, Table, Tables } from './tables.ts'

type Condition = (row: Row) => boolean

export type Selection = {
  readonly table: Table
  readonly columns: readonly string[]
  readonly isWanted: Condition
  readonly order: readonly { readonly column: string; readonly sign: number }[]
  readonly limit: number
  readonly locks: boolean
}

const SELECT =
  /^SELECT ([\w, ]+) FROM (\w+)(?: FORCE INDEX \(\w+\))?(?: WHERE (.+?))?(?: ORDER BY ([\w, ]+?))?(?: LIMIT (\?))?( FOR UPDATE)?$/
const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': order => order === 0,
  '<>': order => order !== 0,
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
}

/** Reads a SELECT over one table; undefined if it is another statement. Takes its values from the bindings, in order. */
export function parseSelect(
  tables: Tables,
  sql: string,
  bindings: readonly unknown[],
): Selection | undefined {
  const match = SELECT.exec(sql)
  const [, columns = '', name = '', where, order, limit, forUpdate] = match ?? []
  const table = tables[name as keyof Tables] as Table | undefined
  if (match === null || table === undefined) return undefined
  const values = [...bindings]
  const conditions = where === undefined ? [] : where.split(' AND ').map(text => parseCondition(text, values))
  return {
    table,
    columns: columns.split(',').map(column => column.trim()),
    isWanted: row => conditions.every(condition => condition(row)),
    order: order === undefined ? [] : order.split(',').map(parseOrder),
    limit: limit === undefined ? Number.POSITIVE_INFINITY : Number(values.shift()),
    locks: forUpdate !== undefined,
  }
}

/** One comparison of a column with a value or a list; takes what it needs from the values. */
export function parseCondition(text: string, values: unknown[]): Condition {
  const list = /^(\w+) (NOT )?IN \((?:\?|([^?]+))\)$/.exec(text)
  if (list) {
    const [, column = '', not, literals] = list
    const members = literals ? literals.split(',').map(readLiteral) : (values.shift() as readonly unknown[])
    return row => members.some(member => String(member) === String(row[column])) === (not === undefined)
  }
  const comparison = /^(\w+) (<>|<=|>=|=|<|>) (\?|'\w+'|\d+)$/.exec(text)
  const [, column = '', operator = '', operand = ''] = comparison ?? []
  const holds = COMPARISONS[operator]
  if (holds === undefined) throw new Error(`the simulated database does not know the condition ${text}`)
  const value = operand === '?' ? values.shift() : readLiteral(operand)
  // NULL is neither equal, nor less, nor more.
  return row => row[column] !== null && holds(compare(row[column], value))
}

function readLiteral(text: string): unknown {
  return text.trim().startsWith("'") ? text.trim().slice(1, -1) : Number(text)
}

function parseOrder(text: string): { column: string; sign: number } {
  const [column = '', direction] = text.trim().split(' ')
  return { column, sign: direction === 'DESC' ? -1 : 1 }
}

/**
 * The rows, as the driver returns them. With FOR UPDATE each is locked on the way, in order, and looked at again then; what
 * was committed meanwhile is met if it lies ahead, and not if it lies behind.
 */
export async function runSelect(session: Session, selection: Selection): Promise<Row[]> {
  const { table, columns, limit } = selection
  const rows = selection.locks ? await lockRows(session, selection) : look(session, selection).slice(0, limit)
  return rows.map(row => Object.fromEntries(columns.map(column => [column, returned(table, row, column)])))
}

async function lockRows(session: Session, selection: Selection): Promise<Row[]> {
  const { table, isWanted, limit } = selection
  const found: Row[] = []
  let last: Row | undefined
  while (found.length < limit) {
    const next = look(session, selection).find(row => last === undefined || inOrder(last, row, selection) < 0)
    if (next === undefined) break
    last = next
    const row = await session.lock(table, next[table.key] as Key)
    if (row !== undefined && isWanted(row)) found.push(row)
  }
  return found
}

function look(session: Session, selection: Selection): Row[] {
  const rows = session.scan(selection.table).filter(selection.isWanted)
  return rows.sort((one, other) => inOrder(one, other, selection))
}

function inOrder(one: Row, other: Row, { order, table }: Selection): number {
  for (const { column, sign } of order) {
    const result = sign * compare(one[column], other[column])
    if (result !== 0) return result
  }
  return compare(one[table.key], other[table.key])
}

/** A value as the driver returns it. */
export function returned(table: Table, row: Row, column: string): unknown {
  const value = row[column] ?? null
  return value !== null && table.bigints.includes(column) ? String(value) : value
}
