/** A row as the engine keeps it: whole numbers as numbers; money, times and texts as the driver returns them. */
export type Row = Readonly<Record<string, unknown>>
export type Key = string | number

export type Table = {
  readonly name: string
  readonly key: string
  /** The columns that together no two rows may share, beside the key. */
  readonly unique: readonly string[]
  readonly defaults: Row
  /** Columns that the driver returns as text, because a JavaScript number may not hold them. */
  readonly bigints: readonly string[]
  /** The constraints of the schema: why a row may not be, if it may not. */
  readonly check: (row: Row) => string | undefined
  readonly rows: Map<Key, Row>
  /** Told of each row as it is committed. */
  onCommitted: (row: Row) => void
  /** The next number, of a table that numbers its rows. */
  nextKey: number
}

const STATUS_FIELDS = {
  ...{ settled_amount: '0.0000', held_change: '0.0000', reason: null, source_balance_after: null },
  ...{ destination_balance_after: null, source_version: null, destination_version: null },
  ...{ decided_at: null, finished_at: null, failure_count: 0, last_error: null },
}

export type Tables = ReturnType<typeof createTables>

/** The tables of Settle, empty, as far as the functions under simulation use them. */
export function createTables() {
  return {
    transactions: table('transactions', 'seq', {
      unique: ['transaction_id'],
      defaults: { status: 'PENDING', ...STATUS_FIELDS },
      bigints: ['seq', 'source_version', 'destination_version'],
      check: checkTransaction,
    }),
    accounts: table('accounts', 'account_id', { bigints: ['version'], check: checkAccount }),
    outbox: table('outbox', 'id', { bigints: ['id'] }),
    chain_links: table('chain_links', 'id', {
      unique: ['ordering_group', 'number'],
      bigints: ['id', 'number'],
    }),
    dead_letters: table('dead_letters', 'id', {
      unique: ['source', 'message_id', 'item'],
      defaults: { state: 'OPEN' },
      bigints: ['id'],
    }),
  }
}

type Definition = Partial<Pick<Table, 'unique' | 'defaults' | 'bigints' | 'check'>>

function table(name: string, key: string, definition: Definition): Table {
  const nothing = { unique: [], defaults: {}, bigints: [], check: () => undefined }
  return { ...nothing, ...definition, name, key, rows: new Map(), onCommitted: () => undefined, nextKey: 1 }
}

function checkTransaction(row: Row): string | undefined {
  const { status, reason, finished_at: finishedAt } = row
  if (row['source_account_id'] === row['destination_account_id']) return 'transactions_sides'
  if ((status === 'FAILED') !== (reason !== null)) return 'transactions_reason'
  // One that fails by itself, whatever it is in a batch with: as a bug of ours would make it.
  if (status !== 'PENDING' && status !== 'FAILED' && isPoison(row)) return 'poison'
  if (status !== 'COMPLETED') return undefined
  const complete = [row['currency'], row['source_balance_after'], row['source_version'], finishedAt]
  return complete.includes(null) ? 'transactions_entries' : undefined
}

/** What callers send with a transaction that the database refuses to apply. */
export const POISON = { poison: true } as const

export function isPoison(row: Row): boolean {
  return row['metadata'] === JSON.stringify(POISON)
}

function checkAccount(row: Row): string | undefined {
  const [balance, held] = [units(row['balance']), units(row['held'])]
  if (held < 0n) return 'accounts_held'
  const limit = row['overdraft_limit']
  return limit !== null && balance - held + units(limit) < 0n ? 'accounts_funds' : undefined
}

/** A DECIMAL(19,4) in ten-thousandths. */
export function units(decimal: unknown): bigint {
  const [whole = '', fraction = ''] = String(decimal).split('.')
  return BigInt(whole + fraction.padEnd(4, '0'))
}

/** As DECIMAL(19,4) is returned: always four decimals. */
export function decimal(text: unknown): string {
  const [whole = '', fraction = ''] = String(text).split('.')
  return `${whole}.${fraction.padEnd(4, '0')}`
}
