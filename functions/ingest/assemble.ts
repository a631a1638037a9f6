import { createOwnership } from '../../lib/auth/ownership.ts'
import type { Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import { findOldestPendingTime } from '../../lib/mysql/find-oldest-pending.ts'
import { Bells } from '../../lib/pubsub/bells.ts'
import type { Publisher } from '../../lib/pubsub/publisher.ts'
import type { Telemetry } from '../../lib/telemetry/telemetry.ts'
import { Acceptor } from './acceptor.ts'
import { BackPressure } from './back-pressure.ts'
import { DecisionWatch } from './decision-watch.ts'
import type { IngestParts } from './ingest-parts.ts'

export type IngestMeans = {
  readonly db: Database
  readonly publisher: Publisher
  readonly pendingTopic: string
  readonly orderingGroups: number
  readonly flushSize: number
  readonly queueLimit: number
  readonly pendingLimitSeconds: number
  readonly retrySeconds: number
  readonly now: () => Date
  readonly newId: () => string
  readonly telemetry: Telemetry
  readonly log: Logger
}

/** A step or two of a worker that is not behind. */
const PROMPT_SECONDS = 0.1
/** The oldest transaction waits for a step or two, and a step answers one bell of each group. */
const BELL_GAP = 0.5
/** So long after a pile-up is gone, the age that was read last may still say that there is one. */
const MAX_BELL_GAP_SECONDS = 1

/** Puts together what accepts, rings, watches and holds back. */
export function assemble(means: IngestMeans): IngestParts & { readonly bells: Bells } {
  const { db, now, log } = means
  const gapMilliseconds = () => {
    const behindSeconds = Math.max(0, pressure.pendingSeconds - PROMPT_SECONDS)
    return Math.min(behindSeconds * BELL_GAP, MAX_BELL_GAP_SECONDS) * 1000
  }
  const bells = new Bells({ ...means, gapMilliseconds })
  const ownership = createOwnership(db, means.retrySeconds)
  const acceptor = new Acceptor({ ...means, ownership, bells })
  const pressure: BackPressure = new BackPressure({
    ...means,
    queued: () => acceptor.queued,
    readPendingSeconds: async () => {
      const oldest = await findOldestPendingTime(db)
      return oldest === undefined ? 0 : (now().getTime() - oldest.getTime()) / 1000
    },
  })
  return { ...means, acceptor, watch: new DecisionWatch(db, log), pressure, ownership, bells }
}
