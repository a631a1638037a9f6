import { readFile } from 'node:fs/promises'
import { CsvError, type Info, parse } from 'csv-parse/sync'
import { formatMoney, type Money, parseMoney } from '../../lib/ledger/money.ts'
import { ExpectedError } from '../command/expected-error.ts'
import type { BankRow } from './bank-row.ts'

const COLUMNS = ['transaction_id', 'account_id', 'date', 'direction', 'amount', 'balance_after'] as const
/** What the service takes as an id, less the prefix. */
const ID = /^[A-Za-z0-9._:@+=-]{1,61}$/

type Column = (typeof COLUMNS)[number]
type Fields = Readonly<Record<Column, string>>

/**
 * Reads a bank's file whole. Throws ExpectedError, with file and line, for a missing column, a field that
 * cannot be read, an id that comes twice and a balance that does not follow from the account's one before.
 */
export async function readBankFile(file: string): Promise<readonly BankRow[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new ExpectedError(`${file} cannot be read: ${error.message}`, error)
  })
  const rows = parseRecords(file, text).map(({ line, fields }) => readRow(file, line, fields))
  if (rows.length === 0) throw new ExpectedError(`${file} has no rows`)
  checkIds(file, rows)
  checkBalances(file, rows)
  return rows
}

type Numbered = { readonly line: number; readonly fields: Fields }

function parseRecords(file: string, text: string): readonly Numbered[] {
  const columns = (header: string[]) => {
    const missing = COLUMNS.filter(column => !header.includes(column))
    if (missing.length > 0) throw new ExpectedError(`${file}:1: has no column ${missing.join(', ')}`)
    return header
  }
  try {
    const options = { columns, info: true, skip_empty_lines: true, bom: true } as const
    const parsed: unknown[] = parse(text, options)
    return (parsed as { readonly record: Fields; readonly info: Info }[]).map(({ record, info }) => ({
      line: info.lines,
      fields: record,
    }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new ExpectedError(`${file}:${String(error['lines'])}: ${error.message}`, error)
  }
}

function readRow(file: string, line: number, fields: Fields): BankRow {
  const wrong = (column: Column, should: string): ExpectedError =>
    new ExpectedError(`${file}:${line}: ${column} ${JSON.stringify(fields[column])} ${should}`)
  const money = (column: Column): Money => {
    const value = parseMoney(fields[column])
    if (value === undefined) throw wrong(column, 'is not a decimal with at most four places')
    return value
  }
  for (const column of ['transaction_id', 'account_id'] as const) {
    if (!ID.test(fields[column])) throw wrong(column, 'is not an id of at most 61 letters and digits')
  }
  const { date, direction } = fields
  if (!isDate(date)) throw wrong('date', 'is not a date as YYYY-MM-DD')
  if (direction !== 'credit' && direction !== 'debit') {
    throw wrong('direction', 'is neither credit nor debit')
  }
  const amount = money('amount')
  if (amount <= 0n) throw wrong('amount', 'is not above zero')
  return {
    line,
    transactionId: `cz-${fields.transaction_id}`,
    accountId: `cz-${fields.account_id}`,
    date,
    direction,
    amount,
    balanceAfter: money('balance_after'),
  }
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return /^\d{4}-/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function checkIds(file: string, rows: readonly BankRow[]): void {
  const lines = new Map<string, number>()
  for (const { transactionId, line } of rows) {
    const first = lines.get(transactionId)
    if (first !== undefined) {
      throw new ExpectedError(`${file}:${line}: transaction_id is that of line ${first}`)
    }
    lines.set(transactionId, line)
  }
}

function checkBalances(file: string, rows: readonly BankRow[]): void {
  const balances = new Map<string, Money>()
  for (const { accountId, direction, amount, balanceAfter, line } of rows) {
    const before = balances.get(accountId) ?? 0n
    const after = direction === 'credit' ? before + amount : before - amount
    if (after !== balanceAfter) {
      const sum = `${formatMoney(before)} ${direction === 'credit' ? '+' : '-'} ${formatMoney(amount)}`
      throw new ExpectedError(
        `${file}:${line}: balance_after ${formatMoney(balanceAfter)} does not follow: ${sum} is ${formatMoney(after)}`,
      )
    }
    balances.set(accountId, after)
  }
}
