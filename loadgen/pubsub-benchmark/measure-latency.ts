import { ExpectedError } from '../command/expected-error.ts'
import { forEachAtMost } from '../command/for-each-at-most.ts'
import { wait } from '../command/wait.ts'
import type { Endpoint } from './endpoint.ts'
import { clockMs } from './payload.ts'
import { keyNames } from './publish-backlog.ts'
import type { KeyedBatch, PubsubClient } from './pubsub-client.ts'
import type { PushSummary } from './push-record.ts'

/** 100 messages a second, a third of what the slower emulator manages: so none waits for another. */
const EVERY_MS = 10
const WARM_UP_MESSAGES = 200
const MESSAGES = 300
const ARRIVAL_MS = 10_000

/** Measures how long a message takes from publish to push when there is no backlog. */
export async function measureLatency(
  client: PubsubClient,
  endpoint: Endpoint,
  name: string,
  options: { readonly keys: number; readonly interrupted: AbortSignal },
): Promise<PushSummary> {
  const { keys, interrupted } = options
  const total = WARM_UP_MESSAGES + MESSAGES
  await client.create(name, endpoint.url(name))
  await forEachAtMost(total, pacedBatches(keys, total, interrupted), batch => client.publish(name, batch))
  const deadline = clockMs() + ARRIVAL_MS
  for (;;) {
    const summary = await endpoint.summary(name)
    if (summary.answered >= total) return summary
    if (clockMs() > deadline) throw new ExpectedError(`${name}: ${summary.answered} of ${total} were pushed`)
    await wait(EVERY_MS, interrupted)
  }
}

/** The keys take turns. */
async function* pacedBatches(
  keys: number,
  total: number,
  interrupted: AbortSignal,
): AsyncGenerator<KeyedBatch> {
  const names = keyNames(keys)
  for (let sent = 0; sent < total; sent += 1) {
    const publishedMs = sent < WARM_UP_MESSAGES ? 0 : clockMs()
    const key = names[sent % keys] ?? ''
    yield { key, firstPosition: Math.floor(sent / keys), count: 1, publishedMs }
    await wait(EVERY_MS, interrupted)
  }
}
