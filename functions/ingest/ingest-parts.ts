import type { Ownership } from '../../lib/auth/ownership.ts'
import type { Logger } from '../../lib/log/logger.ts'
import type { Database } from '../../lib/mysql/connect.ts'
import type { Telemetry } from '../../lib/telemetry/telemetry.ts'
import type { Acceptor } from './acceptor.ts'
import type { BackPressure } from './back-pressure.ts'
import type { DecisionWatch } from './decision-watch.ts'

/** What the routes are made of. */
export type IngestParts = {
  readonly db: Database
  readonly acceptor: Acceptor
  readonly watch: DecisionWatch
  readonly pressure: BackPressure
  readonly ownership: Ownership
  readonly orderingGroups: number
  readonly retrySeconds: number
  readonly newId: () => string
  readonly now: () => Date
  readonly telemetry: Telemetry
  readonly log: Logger
}
