import type { Logger } from '../log/logger.ts'
import type { Database } from '../mysql/connect.ts'
import { deleteOutbox } from '../mysql/outbox.ts'
import type { Publisher } from '../pubsub/publisher.ts'
import type { BatchTimesStore } from '../redis/batch-times.ts'
import type { Cache } from '../redis/cache.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { balanceView } from '../views/balance-view.ts'
import { type ToldTransaction, toldTransaction } from '../views/told-transaction.ts'
import { keepTimes } from './keep-times.ts'
import { findEarlier, type Untold } from './keep-untold.ts'
import { publishResults } from './publish-results.ts'

export type Listeners = {
  readonly db: Database
  readonly publisher: Publisher
  readonly resultsTopic: string
  readonly cache: Cache
  readonly batchTimes: BatchTimesStore
  readonly now: () => Date
  readonly telemetry: Telemetry
  readonly log: Logger
}

/** Told, and still in the outbox: by default nothing. */
const NOTHING: ReadonlySet<string> = new Set()

/**
 * Tells what a committed batch did: publishes the results, in order within each group, and writes the cache. What its groups
 * settled before and nobody has told yet, because who settled it died or could not, is told first: results of a source do
 * not overtake each other. Answers the outbox rows that may go now; the batch's own is missing when part of it could not be
 * told: then the row stays, and the next batch of a group, or the sweeper, tells it again. So results arrive at least once,
 * and the cache is repaired. Never throws.
 */
export async function tell(
  listeners: Listeners,
  untold: Untold,
  told: ReadonlySet<string> = NOTHING,
): Promise<readonly string[]> {
  const results = untold.batch.transactions.map(toldTransaction)
  const [isCopied, published] = await Promise.all([
    copy(listeners, untold, results),
    publishInOrder(listeners, untold, results, told),
  ])
  return isCopied ? published : published.filter(id => id !== untold.outboxId)
}

/** Tells a batch and deletes its outbox row. Answers whether both worked. */
export async function tellAndForget(listeners: Listeners, untold: Untold): Promise<boolean> {
  const told = await tell(listeners, untold)
  return (await forget(listeners, told)) && told.includes(untold.outboxId)
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

/** Publishes a batch behind all that has to be told before it, and ends at the first that fails. */
async function publishInOrder(
  listeners: Listeners,
  untold: Untold,
  results: readonly ToldTransaction[],
  told: ReadonlySet<string>,
): Promise<readonly string[]> {
  const published: string[] = []
  try {
    for await (const earlier of findEarlier(listeners.db, untold, told)) {
      const before = earlier.batch.transactions.map(toldTransaction)
      const [isCopied, isPublished] = await Promise.all([
        copy(listeners, earlier, before),
        publish(listeners, earlier, before),
      ])
      if (!isPublished) return published
      if (isCopied) published.push(earlier.outboxId)
    }
  } catch (error) {
    const { outboxId } = untold
    listeners.log.warn({ outboxId, error: String(error) }, 'not told; left to the sweeper')
    return published
  }
  if (await publish(listeners, untold, results)) published.push(untold.outboxId)
  return published
}

async function publish(
  listeners: Listeners,
  untold: Untold,
  results: readonly ToldTransaction[],
): Promise<boolean> {
  const { publisher, resultsTopic, telemetry, now, log } = listeners
  const { outboxId, batch, trace } = untold
  const span = trace && telemetry.startSpan({ name: `send ${resultsTopic}`, kind: 'producer', parent: trace })
  try {
    await publishResults(publisher, resultsTopic, results, batch.heads)
    keepTimes(listeners, untold, { publishedAt: now().toISOString() })
    span?.end()
    return true
  } catch (error) {
    log.warn({ outboxId, error: String(error) }, 'results not published; left to the sweeper')
    telemetry.tally.counter('settle.batches.untold', { 'settle.listener': 'results' }).add(1)
    span?.end({}, error)
    return false
  }
}

async function copy(
  listeners: Listeners,
  untold: Untold,
  results: readonly ToldTransaction[],
): Promise<boolean> {
  const { cache, telemetry, now, log } = listeners
  const { outboxId, batch } = untold
  try {
    const balances = batch.accounts.map(account => balanceView(account, account.updatedAt))
    await cache.write(results, balances)
    keepTimes(listeners, untold, { cachedAt: now().toISOString() })
    return true
  } catch (error) {
    log.warn({ outboxId, error: String(error) }, 'cache not written; left to the sweeper')
    telemetry.tally.counter('settle.batches.untold', { 'settle.listener': 'cache' }).add(1)
    return false
  }
}
