import type { Logger } from '../log/logger.ts'
import type { Database } from '../mysql/connect.ts'
import { deleteOutbox } from '../mysql/outbox.ts'
import type { Publisher } from '../pubsub/publisher.ts'
import type { Cache } from '../redis/cache.ts'
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
 * Tells what committed batches did, one after the other, so that each group's results come in order. Answers whether all of
 * it worked; if not, what is left stays in the outbox and the sweeper tells it, so results arrive at least once and the
 * cache is repaired. Never throws.
 */
export async function tell(listeners: Listeners, untold: readonly Untold[]): Promise<boolean> {
  for (const part of untold) if (!(await tellOne(listeners, part))) return false
  return true
}

/** Publishes the results, in order within each group, writes the cache, and then deletes the outbox row. */
async function tellOne(
  { db, publisher, resultsTopic, cache, log }: Listeners,
  { outboxId, batch }: Untold,
): Promise<boolean> {
  const finals = batch.results.flatMap(({ transactions }) => transactions)
  const told = await Promise.allSettled([
    cache.write(finals, batch.balances),
    ...batch.results.map(results => publishResults(publisher, resultsTopic, results)),
  ])
  const failures = told.filter(result => result.status === 'rejected')
  if (failures.length > 0) {
    log.warn(
      { outboxId, errors: failures.map(({ reason }) => String(reason)) },
      'told in part; left to the sweeper',
    )
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
