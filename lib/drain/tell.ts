import type { Logger } from '../log/logger.ts'
import type { Database } from '../mysql/connect.ts'
import { deleteOutbox } from '../mysql/outbox.ts'
import type { Publisher } from '../pubsub/publisher.ts'
import type { Cache } from '../redis/cache.ts'
import { balanceView } from '../views/balance-view.ts'
import { toldTransaction } from '../views/told-transaction.ts'
import type { Untold } from './keep-untold.ts'
import { publishResults } from './publish-results.ts'

export type Listeners = {
  readonly db: Database
  readonly publisher: Publisher
  readonly resultsTopic: string
  readonly cache: Cache
  readonly log: Logger
}

/**
 * Tells what a committed batch did: publishes the results, in order within each group, and writes the cache. Answers whether
 * all of it worked; then its outbox row may go. If not, the row stays and the sweeper tells it again, so results arrive at
 * least once and the cache is repaired. Never throws.
 */
export async function tell(
  { publisher, resultsTopic, cache, log }: Omit<Listeners, 'db'>,
  { outboxId, batch: { transactions, accounts } }: Untold,
): Promise<boolean> {
  const told = transactions.map(toldTransaction)
  const balances = accounts.map(account => balanceView(account, account.updatedAt))
  const outcomes = await Promise.allSettled([
    publishResults(publisher, resultsTopic, told),
    cache.write(told, balances),
  ])
  const failures = outcomes.filter(result => result.status === 'rejected')
  if (failures.length === 0) return true
  const errors = failures.map(({ reason }) => String(reason))
  log.warn({ outboxId, errors }, 'told in part; left to the sweeper')
  return false
}

/** Tells a batch and deletes its outbox row. Answers whether both worked. */
export async function tellAndForget(listeners: Listeners, untold: Untold): Promise<boolean> {
  return (await tell(listeners, untold)) && (await forget(listeners, [untold.outboxId]))
}

/** Deletes the outbox rows of batches that have been told. Never throws: what stays is told again. */
export async function forget(
  { db, log }: Pick<Listeners, 'db' | 'log'>,
  outboxIds: readonly string[],
): Promise<boolean> {
  try {
    await deleteOutbox(db, outboxIds)
    return true
  } catch (error) {
    log.warn({ outboxIds, error: String(error) }, 'told, but the outbox row is left to the sweeper')
    return false
  }
}
