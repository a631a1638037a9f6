import { createRoutes as deadLetterRoutes } from '../../functions/dead-letter/handle.ts'
import { assemble } from '../../functions/ingest/assemble.ts'
import { createRoutes as ingestRoutes } from '../../functions/ingest/handle.ts'
import { createRoutes as statusRoutes } from '../../functions/status/handle.ts'
import { PendingReader } from '../../functions/status/pending-reader.ts'
import { createRoutes as sweeperRoutes } from '../../functions/sweeper/handle.ts'
import { createRoutes as workerRoutes } from '../../functions/worker/handle.ts'
import { Lookout } from '../../functions/worker/lookout.ts'
import type { GuardedRoutes } from '../../lib/auth/access.ts'
import { createOwnership } from '../../lib/auth/ownership.ts'
import { Drainer } from '../../lib/drain/drainer.ts'
import { forget, tell } from '../../lib/drain/tell.ts'
import { createLogger, type Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { findWaitingGroups } from '../../lib/mysql/find-waiting-groups.ts'
import type { Publisher } from '../../lib/pubsub/publisher.ts'
import { type Cache, createCache } from '../../lib/redis/cache.ts'
import { keepTelemetry } from '../../lib/telemetry/open-telemetry.ts'
import type { Telemetry } from '../../lib/telemetry/telemetry.ts'
import type { SimulatedMysql } from './mysql/database.ts'
import type { SimulatedPubsub } from './pubsub.ts'
import type { SimulatedRedis } from './redis.ts'
import type { World } from './world.ts'

/** Few groups and small steps: what would be rare happens often. */
export const SETTINGS = {
  orderingGroups: 3,
  flushSize: 4,
  queueLimit: 1000,
  pendingLimitSeconds: 180,
  batchSize: 6,
  retrySeconds: 20,
  sweepAgeSeconds: 10,
  pendingTopic: 'transactions-pending',
  resultsTopic: 'transaction-results',
  transactionsTopic: 'transactions',
} as const

const LOOK_MILLISECONDS = 500

/** What operators are shown of batches is no part of any promise. */
const NO_TIMES = { write: async () => undefined, read: async () => ({}) }

export type Engines = {
  readonly world: World
  readonly mysql: Pick<SimulatedMysql, 'connect'>
  readonly redis: SimulatedRedis
  readonly pubsub: Pick<SimulatedPubsub, 'publisher'>
  /** The time that is written down; the world's unless another is given. */
  readonly now?: () => Date
  /** Whether workers look for work when nobody rings; drawn, unless it is given. */
  readonly looks?: boolean
}

/** The functions as their `index.ts` puts them together, on simulated engines. */
export function functionStarts(engines: Engines) {
  const { world, mysql, redis, pubsub, now = () => world.now } = engines
  // In half of the worlds workers wait to be rung: what the sweeper is for shows only there.
  const looks = engines.looks ?? world.chancesOf('looks').chance(0.5)
  const log = createLogger('simulated', 'error', { write: () => undefined })
  const newId = () => `id-${world.pick(2 ** 31)}`
  const connectAll = () => {
    const db = mysql.connect()
    const publisher = pubsub.publisher()
    const client = redis.connect()
    const cache = createCache(client)
    const telemetry = keepTelemetry()
    const { resultsTopic } = SETTINGS
    const listeners = { db, publisher, resultsTopic, cache, batchTimes: NO_TIMES, now, telemetry, log }
    return { ...SETTINGS, ...listeners, redis: client, newId, newToken: newId }
  }
  const connectDrain = () => {
    const parts = connectAll()
    const drainer = new Drainer({
      ...{ ...parts, retryMilliseconds: SETTINGS.retrySeconds * 1000 },
      tell: (untold, told) => tell(parts, untold, told),
      forget: outboxIds => forget(parts, outboxIds),
    })
    return { ...parts, drainer }
  }
  return {
    ingest: { count: 2, start: () => ingestRoutes(assemble(connectAll())) },
    worker: { count: 2, start: () => startWorker(connectDrain(), looks) },
    'dead-letter': { count: 1, start: () => deadLetterRoutes(connectDrain()) },
    sweeper: { count: 2, start: () => sweeperRoutes(connectAll()) },
    status: { count: 1, start: () => startStatus(connectAll()) },
  }
}

type Parts = {
  readonly db: Database
  readonly publisher: Publisher
  readonly cache: Cache
  readonly now: () => Date
  readonly newId: () => string
  readonly telemetry: Telemetry
  readonly log: Logger
}

function startWorker(parts: Parts & { readonly drainer: Drainer }, looks: boolean): GuardedRoutes {
  const lookMilliseconds = looks ? LOOK_MILLISECONDS : 0
  const findWaiting = () => findWaitingGroups(parts.db)
  return workerRoutes({ ...parts, drainer: new Lookout({ ...parts, findWaiting, lookMilliseconds }) })
}

function startStatus(parts: Parts): GuardedRoutes {
  const { db, log } = parts
  const ownership = createOwnership(db, SETTINGS.retrySeconds)
  const pendingReader = new PendingReader({ db, log, pendingMilliseconds: 250 })
  // Streams are read over a connection of their own, which is not simulated.
  return statusRoutes({ ...SETTINGS, ...parts, ownership, pendingReader, streams: undefined as never })
}
