import type { Ownership } from '../../lib/auth/ownership.ts'
import type { Listeners } from '../../lib/drain/tell.ts'

/** What the handlers work with; made once, by `index.ts`. */
export type AccountParts = Listeners & {
  readonly ownership: Ownership
  readonly pendingTopic: string
  readonly orderingGroups: number
  readonly retrySeconds: number
  readonly newId: () => string
}
