import type { Logger } from '../log/logger.ts'
import type { Database } from '../mysql/connect.ts'
import { deleteOutbox } from '../mysql/outbox.ts'
import type { Publisher } from '../pubsub/publisher.ts'
import type { Cache } from '../redis/cache.ts'
import { balanceView } from '../views/balance-view.ts'
import { transactionView } from '../views/transaction-view.ts'
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
 * Tells what a committed batch did: publishes the results, in order within each group, writes the cache, and then deletes
 * the outbox row. Answers whether all of it worked; if not, the row stays and the sweeper tells it, so results arrive at
 * least once and the cache is repaired. Never throws.
 */
export async function tell(
  { db, publisher, resultsTopic, cache, log }: Listeners,
  { outboxId, batch: { transactions, accounts } }: Untold,
): Promise<boolean> {
  const told = transactions.map(record => ({ group: record.orderingGroup, view: transactionView(record) }))
  const groups = [...Map.groupBy(told, ({ group }) => group)]
  const balances = accounts.map(account => balanceView(account, account.updatedAt))
  const views = told.map(({ view }) => view)
  const outcomes = await Promise.allSettled([
    cache.write(views, balances),
    ...groups.map(([group, members]) =>
      publishResults(publisher, resultsTopic, { group, transactions: members.map(({ view }) => view) }),
    ),
  ])
  const failures = outcomes.filter(result => result.status === 'rejected')
  if (failures.length > 0) {
    const errors = failures.map(({ reason }) => String(reason))
    log.warn({ outboxId, errors }, 'told in part; left to the sweeper')
    return false
  }
  try {
    await deleteOutbox(db, outboxId)
    return true
  } catch (error) {
    log.warn({ outboxId, error: String(error) }, 'told, but the outbox row is left to the sweeper')
    return false
  }
}
