import type { Ownership } from '../../lib/auth/ownership.ts'
import type { Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { findAccount } from '../../lib/mysql/find-account.ts'
import { type BalanceAt, findBalanceAt } from '../../lib/mysql/find-balance-at.ts'
import { findTransactions } from '../../lib/mysql/find-transactions.ts'
import { findUserBalances, type UserBalance } from '../../lib/mysql/find-user-balances.ts'
import { retry } from '../../lib/mysql/retry.ts'
import { findUser } from '../../lib/mysql/users.ts'
import { isId } from '../../lib/openapi/is-id.ts'
import type { Cache } from '../../lib/redis/cache.ts'
import type { Telemetry } from '../../lib/telemetry/telemetry.ts'
import { type BalanceView, balanceView } from '../../lib/views/balance-view.ts'
import { toldTransaction } from '../../lib/views/told-transaction.ts'
import { toBody } from './to-body.ts'

export type Sources = {
  readonly cache: Cache
  readonly ownership: Ownership
  readonly db: Database
  readonly retrySeconds: number
  readonly now: () => Date
  readonly telemetry: Telemetry
  readonly log: Logger
}

/** Reads a transaction from the cache, else from the database, and then fills the cache. */
export async function readTransaction(sources: Sources, transactionId: string): Promise<string | undefined> {
  if (!isId(transactionId)) return undefined
  const { cache, db } = sources
  const copy = await fromCache(sources, () => cache.readTransaction(transactionId))
  if (copy !== undefined) return copy
  const [record] = await retry(sources, 'read', () => findTransactions(db, [transactionId]))
  if (record === undefined) return undefined
  const told = toldTransaction(record)
  const isFinal = record.finishedAt !== null
  fill(sources, () => (isFinal ? cache.write([told], []) : cache.writePending(told)))
  return told.json
}

/**
 * Reads a balance from the cache, unless its copy is older than a version that the caller has seen; else from the
 * database, and then fills the cache unless it is ahead.
 */
export async function readBalance(
  sources: Sources,
  accountId: string,
  minVersion: number,
): Promise<BalanceView | string | undefined> {
  if (!isId(accountId)) return undefined
  const { cache, db } = sources
  const copy = await fromCache(sources, () => cache.readBalance(accountId))
  // Any copy will do for most callers: it is taken apart once, for the answer.
  const isNewEnough = (text: string) => minVersion === 0 || toBody<BalanceView>(text).version >= minVersion
  if (copy !== undefined && isNewEnough(copy)) return copy
  const account = await retry(sources, 'read', () => findAccount(db, accountId))
  if (account === undefined) return undefined
  const view = balanceView(account, account.updatedAt)
  fill(sources, () => cache.write([], [view]))
  return view
}

/** Reads what an account had at a moment, from the database: the cache knows only what is. */
export async function readBalanceAt(
  sources: Sources,
  accountId: string,
  at: Date,
): Promise<(BalanceAt & { readonly currency: string }) | undefined> {
  if (!isId(accountId)) return undefined
  return await retry(sources, 'read', async () => {
    const account = await findAccount(sources.db, accountId)
    if (account === undefined) return undefined
    return { currency: account.currency, ...(await findBalanceAt(sources.db, accountId, at)) }
  })
}

/** Reads what a user has, currency by currency; undefined if there is no such user. */
export async function readUserBalances(sources: Sources, userId: string): Promise<UserBalance[] | undefined> {
  if (!isId(userId)) return undefined
  return await retry(sources, 'read', async () => {
    if ((await findUser(sources.db, userId)) === undefined) return undefined
    return await findUserBalances(sources.db, userId)
  })
}

/** A cache that fails or is slow is a cache that has no copy. */
async function fromCache(
  { telemetry, log }: Sources,
  read: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const count = (outcome: string) =>
    telemetry.tally.counter('settle.cache.reads', { 'settle.outcome': outcome }).add(1)
  try {
    const copy = await read()
    count(copy === undefined ? 'miss' : 'hit')
    return copy
  } catch (error) {
    count('failed')
    log.debug({ error: String(error) }, 'cache passed over')
    return undefined
  }
}

/** The caller need not wait for the copy, nor learn that there is none. */
function fill({ log }: Sources, write: () => Promise<void>): void {
  write().catch(error => log.debug({ error: String(error) }, 'cache not filled'))
}
