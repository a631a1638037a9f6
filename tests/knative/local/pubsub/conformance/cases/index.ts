import type { Theme } from '../support/case.ts'
import { acknowledge } from './acknowledge.ts'
import { client } from './client.ts'
import { deadLetter } from './dead-letter.ts'
import { detach } from './detach.ts'
import { exactlyOnce } from './exactly-once.ts'
import { filter } from './filter.ts'
import { lists } from './lists.ts'
import { ordering } from './ordering.ts'
import { publish } from './publish.ts'
import { publishLimits } from './publish-limits.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { pushConfig } from './push-config.ts'
import { pushRequest } from './push-request.ts'
import { retry } from './retry.ts'
import { seeking } from './seek.ts'
import { streamProtocol } from './stream-protocol.ts'
import { streamingPull } from './streaming-pull.ts'
import { subscriptionLimits } from './subscription-limits.ts'
import { subscriptions } from './subscriptions.ts'
import { topics } from './topics.ts'
import { updates } from './updates.ts'

/** All cases, in the order of the table in docs/pubsub-emulator.md. */
export const THEMES: readonly Theme[] = [
  ...[topics, subscriptions, subscriptionLimits, updates, lists, detach],
  ...[publish, publishLimits],
  ...[pull, acknowledge, streamingPull, streamProtocol, client],
  ...[push, pushRequest, pushConfig],
  ...[ordering, retry, deadLetter, filter, exactlyOnce, seeking],
]
