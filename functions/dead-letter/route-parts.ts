import type { DeadLetterParts } from './settle-dead-letter.ts'

/** What the routes work with. */
export type RouteParts = DeadLetterParts & {
  readonly pendingTopic: string
  readonly transactionsTopic: string
  readonly orderingGroups: number
}
