import { forEachAtMost } from '../command/for-each-at-most.ts'
import type { PubsubClient } from './pubsub-client.ts'

const REQUESTS_AT_ONCE = 20
/** As many as a request may have. */
const MOST_PER_REQUEST = 1_000

export type Backlog = {
  readonly keys: number
  /** At least; every key gets the same number. */
  readonly messages: number
  /** Messages in a request at most; as many as there may be if unset. */
  readonly perRequest?: number
}

/** Publishes a backlog, a key in a request, each key in order; answers how many messages it has. */
export async function publishBacklog(
  client: PubsubClient,
  name: string,
  { keys, messages, perRequest = MOST_PER_REQUEST }: Backlog,
  interrupted: AbortSignal,
): Promise<number> {
  const perKey = Math.ceil(messages / keys)
  await forEachAtMost(REQUESTS_AT_ONCE, keyNames(keys), async key => {
    for (let firstPosition = 0; firstPosition < perKey; firstPosition += perRequest) {
      interrupted.throwIfAborted()
      const count = Math.min(perRequest, perKey - firstPosition)
      await client.publish(name, { key, firstPosition, count, publishedMs: 0 })
    }
  })
  return perKey * keys
}

export function keyNames(keys: number): string[] {
  return Array.from({ length: keys }, (_, index) => `key-${index}`)
}
