import type { Logger } from '../../lib/log/logger.ts'
import type { Publisher } from '../../lib/pubsub/publisher.ts'
import type { Telemetry } from '../../lib/telemetry/telemetry.ts'
import type { DeadLetterParts } from './settle-dead-letter.ts'

export type RouteParts = DeadLetterParts & {
  readonly publisher: Publisher
  readonly pendingTopic: string
  readonly transactionsTopic: string
  readonly orderingGroups: number
  readonly telemetry: Telemetry
  readonly log: Logger
}
