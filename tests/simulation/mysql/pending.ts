import { parseCondition, returned } from './select.ts'
import type { Session } from './session.ts'
import { type Row, type Tables, units } from './tables.ts'

type Bindings = readonly unknown[]

function pendingOf({ transactions }: Tables, session: Session): Row[] {
  return session.scan(transactions).filter(({ status }) => status === 'PENDING')
}

/** The first of each group: rows come in order of `seq`. */
function firsts(rows: readonly Row[]): Row[] {
  const groups = Map.groupBy(rows, row => row['ordering_group'])
  return [...groups.values()].flatMap(group => group.slice(0, 1))
}

export async function oldestPendingSeq(tables: Tables, session: Session): Promise<unknown> {
  const [oldest] = pendingOf(tables, session)
  return [[{ oldest: oldest ? String(oldest['seq']) : null }]]
}

export async function oldestPendingTime(tables: Tables, session: Session): Promise<unknown> {
  const sound = firsts(pendingOf(tables, session)).filter(row => row['failure_count'] === 0)
  const [oldest = null] = sound.map(row => String(row['accepted_at'])).sort()
  return [[{ oldest }]]
}

export async function pendingCredits(
  tables: Tables,
  session: Session,
  bindings: Bindings,
  sql: string,
): Promise<unknown> {
  const [, where = ''] = / WHERE (.+) GROUP BY /.exec(sql) ?? []
  const values = [...bindings]
  const conditions = where.split(' AND ').map(text => parseCondition(text, values))
  const credits = session.scan(tables.transactions).filter(row => conditions.every(holds => holds(row)))
  const groups = Map.groupBy(credits, row => `${row['destination_account_id']} ${row['ordering_group']}`)
  return [
    [...groups.values()].map(([first = {}]) => ({
      destination_account_id: first['destination_account_id'],
      ordering_group: first['ordering_group'],
      first_seq: String(first['seq']),
    })),
  ]
}

export async function pendingGroups(tables: Tables, session: Session, [before]: Bindings): Promise<unknown> {
  const groups = [...Map.groupBy(pendingOf(tables, session), row => Number(row['ordering_group']))]
  const described = groups.map(([group, rows]) => ({
    ordering_group: group,
    last_seq: String(rows.at(-1)?.['seq']),
    oldest: rows.map(row => String(row['accepted_at'])).sort()[0] ?? '',
    pending: String(rows.length),
  }))
  const old = described.filter(({ oldest }) => oldest < String(before))
  return [old.sort((one, other) => one.ordering_group - other.ordering_group)]
}

/** What an account is still to pay: a capture pays what is held already, and a void nothing. */
export async function pendingDebits(
  tables: Tables,
  session: Session,
  [accountIds]: Bindings,
  sql: string,
): Promise<unknown> {
  const { accounts } = tables
  const columns = (/^SELECT (.+?), COALESCE/.exec(sql)?.[1] ?? '').split(', ')
  const debits = pendingOf(tables, session).filter(({ type }) => type !== 'capture' && type !== 'void')
  const found = session.scan(accounts).filter(row => (accountIds as unknown[]).includes(row['account_id']))
  return [
    found.map(row => {
      const own = debits.filter(debit => debit['source_account_id'] === row['account_id'])
      const sum = own
        .reduce((total, debit) => total + units(debit['amount']), 0n)
        .toString()
        .padStart(5, '0')
      const pending = `${sum.slice(0, -4)}.${sum.slice(-4)}`
      return {
        ...Object.fromEntries(columns.map(column => [column, returned(accounts, row, column)])),
        pending,
      }
    }),
  ]
}

export async function countDeadLetters(
  { dead_letters: letters }: Tables,
  session: Session,
): Promise<unknown> {
  const open = session.scan(letters).filter(({ state }) => state === 'OPEN')
  return [[{ rows_: String(open.length) }]]
}

/** Of each group that does not begin with one that fails by itself, the first and the last. */
export async function waitingGroups(tables: Tables, session: Session): Promise<unknown> {
  const groups = [...Map.groupBy(pendingOf(tables, session), row => row['ordering_group']).values()]
  const sound = groups.filter(([first]) => first?.['failure_count'] === 0)
  return [
    sound.map(rows => ({
      ordering_group: rows[0]?.['ordering_group'],
      first_seq: String(rows[0]?.['seq']),
      last_seq: String(rows.at(-1)?.['seq']),
    })),
  ]
}
