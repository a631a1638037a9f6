import type { Database } from '../../lib/mysql/connect.ts'
import { findBrokenChains } from './chains.ts'
import type { Pipeline } from './pipeline.ts'
import { until } from './until.ts'

/** Opens accounts with money, and waits until it has arrived. */
export async function openAccounts(
  pipeline: Pipeline,
  accountIds: readonly string[],
  openingBalance = '0',
): Promise<void> {
  await Promise.all(
    accountIds.map(async accountId => {
      const request = { accountId, currency: 'USD', openingBalance }
      const { status, body } = await pipeline.call('accounts', 'POST', '/api/v1/accounts', request)
      if (status !== 201) throw new Error(`account ${accountId}: ${status} ${JSON.stringify(body)}`)
    }),
  )
  await allFinal(pipeline.db).catch(error => {
    throw new Error(`${error.message}; logged: ${pipeline.logLines.join('').slice(0, 2000)}`)
  })
}

export async function allFinal(db: Database): Promise<void> {
  await until(
    'every transaction is final',
    async () => {
      const [rows] = await db.raw(`SELECT 1 FROM transactions WHERE status = 'PENDING' LIMIT 1`)
      return rows.length === 0
    },
    15,
  )
}

export async function readBalances(db: Database): Promise<Record<string, string>> {
  const [rows] = await db.raw('SELECT account_id, balance FROM accounts ORDER BY account_id')
  return Object.fromEntries(
    rows.map((row: { account_id: string; balance: string }) => [row.account_id, row.balance]),
  )
}

/**
 * What must hold of any ledger, read off the database alone: answers the sentences that do not. The balance of each
 * account is the sum of its entries, each following from the one before; what it holds is the sum of its open holds; no
 * two entries of an account have one version, and none has a later one than the account; each currency sums to zero; no
 * follow-up exceeds its parent; each chain is what its rows make.
 */
export async function findBrokenBooks(db: Database): Promise<string[]> {
  const broken: string[] = []
  const [sums] = await db.raw(
    'SELECT currency, SUM(balance) AS total FROM accounts GROUP BY currency HAVING total <> 0',
  )
  for (const { currency, total } of sums) broken.push(`balances in ${currency} sum to ${total}`)
  const [accounts] = await db.raw(`
    SELECT a.account_id, a.balance, a.held, a.version, COALESCE(SUM(e.amount), 0) AS entries,
           COALESCE(SUM(e.held_change), 0) AS held_changes, COUNT(e.version) AS entry_count,
           COUNT(DISTINCT e.version) AS versions, COALESCE(MAX(e.version), 0) AS last_version
      FROM accounts a LEFT JOIN ledger_entries e ON e.account_id = a.account_id
     GROUP BY a.account_id, a.balance, a.held, a.version
    HAVING entries <> a.balance OR held_changes <> a.held OR entry_count <> versions OR last_version > a.version`)
  for (const row of accounts) broken.push(`account ${row.account_id}: ${JSON.stringify(row)}`)
  const [holds] = await db.raw(`
    SELECT a.account_id, a.held, COALESCE(SUM(h.amount), 0) AS open_holds FROM accounts a
      LEFT JOIN transactions h ON h.source_account_id = a.account_id AND h.status = 'HELD'
     GROUP BY a.account_id, a.held HAVING open_holds <> a.held`)
  for (const row of holds) broken.push(`holds of ${row.account_id}: ${JSON.stringify(row)}`)
  const [parents] = await db.raw(`
    SELECT p.transaction_id, p.amount, p.settled_amount, SUM(f.amount) AS followed
      FROM transactions p JOIN transactions f ON f.parent_transaction_id = p.transaction_id
       AND f.status = 'COMPLETED' AND f.type <> 'void'
     GROUP BY p.transaction_id, p.amount, p.settled_amount HAVING followed > p.amount OR followed <> p.settled_amount`)
  for (const row of parents) broken.push(`follow-ups of ${row.transaction_id}: ${JSON.stringify(row)}`)
  const [chains] = await db.raw(`
    SELECT account_id, version FROM (
      SELECT account_id, version, amount, balance_after,
             COALESCE(LAG(balance_after) OVER (PARTITION BY account_id ORDER BY version), 0) AS balance_before
        FROM ledger_entries) AS entries
     WHERE balance_after <> balance_before + amount`)
  for (const { account_id, version } of chains)
    broken.push(`entry ${version} of ${account_id} does not follow`)
  return [...broken, ...(await findBrokenChains(db))]
}

/** Sources of which a later transaction was applied before an earlier one. */
export async function findOutOfOrder(db: Database): Promise<string[]> {
  const [rows] = await db.raw(`
    SELECT DISTINCT a.source_account_id AS source FROM transactions a JOIN transactions b
        ON b.source_account_id = a.source_account_id AND b.seq > a.seq AND b.source_version < a.source_version`)
  return rows.map(({ source }: { source: string }) => source)
}
