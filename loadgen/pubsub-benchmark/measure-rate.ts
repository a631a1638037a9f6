import { ExpectedError } from '../command/expected-error.ts'
import { wait } from '../command/wait.ts'
import type { Endpoint } from './endpoint.ts'
import { publishBacklog } from './publish-backlog.ts'
import type { PubsubClient } from './pubsub-client.ts'
import type { PushSummary } from './push-record.ts'

/** Connections are opened and code is compiled in the first second; two are for a slow machine. */
const WARM_UP_SECONDS = 2
/** A key's next push waits for the handler's 5 ms, so a key has 200 pushes a second at most. */
const MOST_PUSHES_PER_KEY = 200
/** More than the endpoint's process can take; 11,000 were measured. */
const MOST_PUSHES = 15_000

export type RateOptions = {
  readonly keys: number
  readonly seconds: number
  readonly interrupted: AbortSignal
}

export type PushRate = { readonly perSecond: number; readonly summary: PushSummary }

/**
 * Measures how many pushes a second an endpoint gets from a backlog that was there before it: so nothing is published
 * while it is measured, and the rate is not that of publishing.
 */
export async function measureRate(
  client: PubsubClient,
  endpoint: Endpoint,
  name: string,
  { keys, seconds, interrupted }: RateOptions,
): Promise<PushRate> {
  await client.create(name)
  const enough = Math.min(keys * MOST_PUSHES_PER_KEY, MOST_PUSHES) * (WARM_UP_SECONDS + seconds)
  const backlog = await publishBacklog(client, name, { keys, messages: enough }, interrupted)
  await client.setEndpoint(name, endpoint.url(name))
  await wait(WARM_UP_SECONDS * 1000, interrupted)
  const before = await endpoint.summary(name)
  await wait(seconds * 1000, interrupted)
  const summary = await endpoint.summary(name)
  const answered = summary.answered - before.answered
  if (answered <= 0) throw new ExpectedError(`${name}: nothing was pushed within ${seconds} s`)
  // If the backlog ran out, the time after its last push does not count.
  const endMs = summary.answered < backlog ? summary.nowMs : summary.lastMs
  return { perSecond: (answered * 1000) / (endMs - before.nowMs), summary }
}
