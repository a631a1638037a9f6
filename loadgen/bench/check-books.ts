import { formatMoney, type Money } from '../../lib/ledger/money.ts'
import type { Database, SqlTransaction } from '../../lib/mysql/connect.ts'
import { readMoney } from '../../lib/mysql/money.ts'
import { ExpectedError } from '../command/expected-error.ts'
import type { Workload } from './workload.ts'

/**
 * Throws if a contender has lost, doubled or made money: every transfer is COMPLETED, every account has the balance that the
 * transfers give it, each balance is the sum of its entries, one a version, and all of them sum to zero.
 */
export async function checkBooks(db: Database | SqlTransaction, workload: Workload): Promise<void> {
  throwIfAny([
    ...(await findUnapplied(db, workload)),
    ...(await findWrongBalances(db, workload)),
    ...(await findBrokenSums(db)),
  ])
}

/** The same in a ledger that had so many transfers before, which left no balances; but for the entries, too many to add up. */
export async function checkSent(db: Database, workload: Workload, before: number): Promise<void> {
  throwIfAny([...(await findUnapplied(db, workload, before)), ...(await findWrongBalances(db, workload))])
}

function throwIfAny(faults: readonly string[]): void {
  if (faults.length > 0) {
    throw new ExpectedError(`The books are wrong, so there is no figure: ${faults.slice(0, 5).join('; ')}`)
  }
}

async function findUnapplied(
  db: Database | SqlTransaction,
  { warmUp, transfers }: Workload,
  before = 0,
): Promise<string[]> {
  const sent = before + warmUp.length + transfers.length
  const [rows] = await db.raw(`SELECT status, COUNT(*) AS count FROM transactions GROUP BY status`)
  const counts: string[] = rows.map((row: { status: string; count: unknown }) => `${row.count} ${row.status}`)
  return counts.join() === `${sent} COMPLETED` ? [] : [`${counts.join(', ')} of ${sent} transfers`]
}

async function findWrongBalances(db: Database | SqlTransaction, workload: Workload): Promise<string[]> {
  const [rows] = await db.raw('SELECT account_id, balance FROM accounts')
  const stored = new Map<string, Money>(
    rows.map((row: { account_id: string; balance: string }) => [row.account_id, readMoney(row.balance)]),
  )
  return [...expectedBalances(workload)].flatMap(([accountId, expected]) => {
    const balance = stored.get(accountId) ?? 0n
    if (balance === expected) return []
    return [`${accountId} has ${formatMoney(balance)}, not ${formatMoney(expected)}`]
  })
}

function expectedBalances({ accountIds, warmUp, transfers }: Workload): Map<string, Money> {
  const balances = new Map<string, Money>(accountIds.map(accountId => [accountId, 0n]))
  const add = (accountId: string, amount: Money) =>
    balances.set(accountId, (balances.get(accountId) ?? 0n) + amount)
  for (const { sourceAccountId, destinationAccountId, amount } of [...warmUp, ...transfers]) {
    add(sourceAccountId, -amount)
    add(destinationAccountId, amount)
  }
  return balances
}

async function findBrokenSums(db: Database | SqlTransaction): Promise<string[]> {
  const [[{ total }]] = await db.raw('SELECT SUM(balance) AS total FROM accounts')
  const [accounts] = await db.raw(`
    SELECT a.account_id FROM accounts a LEFT JOIN ledger_entries e ON e.account_id = a.account_id
     GROUP BY a.account_id, a.balance, a.version
    HAVING COALESCE(SUM(e.amount), 0) <> a.balance OR COUNT(e.version) <> a.version
        OR COUNT(DISTINCT e.version) <> a.version`)
  const broken = accounts.map(
    (row: { account_id: string }) => `the entries of ${row.account_id} are not its balance`,
  )
  return [...(readMoney(total) === 0n ? [] : [`the balances sum to ${total}`]), ...broken]
}
