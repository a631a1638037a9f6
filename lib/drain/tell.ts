import type { Logger } from '../log/logger.ts'
import type { Database } from '../mysql/connect.ts'
import { deleteOutbox } from '../mysql/outbox.ts'
import type { Publisher } from '../pubsub/publisher.ts'
import type { Cache } from '../redis/cache.ts'
import type { SettledBatch } from './settled-batch.ts'

export type Listeners = {
  readonly db: Database
  readonly publisher: Publisher
  readonly resultsTopic: string
  readonly cache: Cache
  readonly log: Logger
}

/**
 * Tells what a committed batch did: publishes the results, in order within each group, writes the cache, and
 * then deletes the outbox row. Answers whether all of it worked; if not, the row stays and the sweeper tells it
 * again, so results arrive at least once and the cache is repaired.
 */
export async function tell(
  { db, publisher, resultsTopic, cache, log }: Listeners,
  outboxId: string,
  batch: SettledBatch,
): Promise<boolean> {
  const finals = batch.results.flatMap(({ transactions }) => transactions)
  const told = await Promise.allSettled([
    cache.write(finals, batch.balances),
    ...batch.results.map(results =>
      publisher.publish(resultsTopic, { json: JSON.stringify(results), orderingKey: String(results.group) }),
    ),
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
