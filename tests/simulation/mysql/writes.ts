import type { Session } from './session.ts'
import { decimal, type Key, type Row, type Table, type Tables } from './tables.ts'

type Bindings = readonly unknown[]

/** Numbers of one statement are consecutive, and given out before anything is waited for. */
export async function insertMany(
  tables: Tables,
  session: Session,
  [rows]: Bindings,
  sql: string,
): Promise<unknown> {
  const [, name = '', list = ''] = /^INSERT INTO (\w+) \(([\w, ]+)\)/.exec(sql) ?? []
  const table = tables[name as keyof Tables] as Table
  const columns = list.split(',').map(column => column.trim())
  const isNumbered = !columns.includes(table.key)
  const values = rows as unknown[][]
  const first = table.nextKey
  if (isNumbered) table.nextKey += values.length
  const counts = sql.includes('ON DUPLICATE KEY UPDATE attempts = attempts + 1')
  for (const [index, given] of values.entries()) {
    const named = Object.fromEntries(columns.map((column, place) => [column, toColumn(column, given[place])]))
    const row = { ...table.defaults, ...named, ...(isNumbered && { [table.key]: first + index }) }
    if (!counts || !(await countAgain(table, session, row))) await session.insert(table, row)
  }
  return [{ insertId: isNumbered ? first : 0, affectedRows: values.length }]
}

function toColumn(column: string, value: unknown): unknown {
  return value !== null && (column === 'amount' || column === 'overdraft_limit')
    ? decimal(value)
    : (value ?? null)
}

async function countAgain(table: Table, session: Session, row: Row): Promise<boolean> {
  const same = session.scan(table).find(other => table.unique.every(column => other[column] === row[column]))
  if (same === undefined) return false
  const key = same[table.key] as Key
  const locked = await session.lock(table, key)
  session.write(table, key, { ...same, ...locked, attempts: Number(locked?.['attempts']) + 1 })
  return true
}

export async function deleteOutbox({ outbox }: Tables, session: Session, [ids]: Bindings): Promise<unknown> {
  for (const id of ids as unknown[]) {
    if (await session.lock(outbox, Number(id))) session.write(outbox, Number(id), undefined)
  }
  return [{}]
}

/** Changes rows, each locked first; answers how many there were that are as they have to be. */
async function change(
  session: Session,
  table: Table,
  changes: readonly { readonly key: Key; readonly values: Row }[],
  isWanted: (row: Row) => boolean = () => true,
): Promise<unknown> {
  let affectedRows = 0
  for (const { key, values } of changes) {
    const row = await session.lock(table, key)
    if (row === undefined || !isWanted(row)) continue
    session.write(table, key, { ...row, ...values })
    affectedRows += 1
  }
  return [{ affectedRows }]
}

export function writeBalances(
  { accounts }: Tables,
  session: Session,
  [json, updatedAt]: Bindings,
): Promise<unknown> {
  const changes = lines(json).map(([id, balance, held, version]) => ({
    key: id as Key,
    values: { balance: decimal(balance), held: decimal(held), version, updated_at: updatedAt },
  }))
  return change(session, accounts, changes)
}

export function writeOutcomes(
  { transactions }: Tables,
  session: Session,
  [json, at]: Bindings,
  sql: string,
): Promise<unknown> {
  const isPending = ({ status }: Row) => status === 'PENDING'
  const changes = lines(json).map(line => ({ key: line[0] as Key, values: outcomeOf(line, at) }))
  const keepsCurrency = changes.map(({ key, values }) => ({
    key,
    values: { ...values, ...currencyOf(session, transactions, key, values) },
  }))
  return change(
    session,
    transactions,
    keepsCurrency,
    sql.includes("transactions.status = 'PENDING'") ? isPending : undefined,
  )
}

function outcomeOf(
  [
    ,
    status,
    reasonOrCurrency,
    held,
    source,
    sourceVersion,
    destination,
    destinationVersion,
  ]: readonly unknown[],
  at: unknown,
): Row {
  const maybe = (value: unknown) => (value === undefined ? null : decimal(value))
  return {
    ...{ status, reason: status === 'FAILED' ? reasonOrCurrency : null },
    ...(status !== 'FAILED' && { currency: reasonOrCurrency }),
    ...{ held_change: held === undefined ? '0.0000' : decimal(held), source_balance_after: maybe(source) },
    ...{ destination_balance_after: maybe(destination), source_version: sourceVersion ?? null },
    ...{
      destination_version: destinationVersion ?? null,
      decided_at: at,
      finished_at: status === 'HELD' ? null : at,
    },
  }
}

function currencyOf(session: Session, table: Table, key: Key, values: Row): Row {
  return { currency: values['currency'] ?? session.read(table, key)?.['currency'] ?? null }
}

export function writeParents(
  { transactions }: Tables,
  session: Session,
  [json, at]: Bindings,
): Promise<unknown> {
  const parents = JSON.parse(String(json)) as { seq: number; status: string; settledAmount: string }[]
  const changes = parents.map(({ seq, status, settledAmount }) => ({
    key: seq,
    values: {
      status,
      settled_amount: decimal(settledAmount),
      finished_at: session.read(transactions, seq)?.['finished_at'] ?? at,
    },
  }))
  return change(session, transactions, changes)
}

export async function recordFailure(
  { transactions }: Tables,
  session: Session,
  [error, seq]: Bindings,
): Promise<unknown> {
  const row = await session.lock(transactions, seq as Key)
  if (row?.['status'] !== 'PENDING') return [{ affectedRows: 0 }]
  session.write(transactions, seq as Key, {
    ...row,
    failure_count: Number(row['failure_count']) + 1,
    last_error: error,
  })
  return [{ affectedRows: 1 }]
}

/** A document of arrays, as the drain writes its rows. */
function lines(json: unknown): (readonly unknown[])[] {
  return JSON.parse(String(json)) as (readonly unknown[])[]
}
