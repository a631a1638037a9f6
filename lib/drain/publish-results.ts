import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { Head } from '../chain/link.ts'
import type { Message, Publisher } from '../pubsub/publisher.ts'
import { resultEvent } from '../views/result-event.ts'
import type { ToldTransaction } from '../views/told-transaction.ts'

/** CloudEvents in the batched content mode: an array of events, in JSON. */
const ATTRIBUTES = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' }

/** Half of what Pub/Sub takes in one message, 10 MB with its attributes. */
const MAX_MESSAGE_BYTES = 5_000_000

/**
 * Pub/Sub takes 1 MB a second of one ordering key: 1,500 results a second of a busy source, and 20,000 of them compressed.
 * A few are left as they are, for those who read them without a program.
 */
const COMPRESSED_FROM_BYTES = 10_000

const compress = promisify(gzip)

/**
 * Publishes results as batches of CloudEvents, those of each group in order: one message, or as many as they need, and those
 * of several groups side by side. Rejects, with the first error there was, once all have ended; behind one that cannot be
 * published none of its group follows, so that none overtakes it. Each says where the chain of its group ended
 * with what it tells, if that is known, so that consumers have the latest hash.
 */
export async function publishResults(
  publisher: Publisher,
  topic: string,
  results: readonly ToldTransaction[],
  heads: readonly Head[],
): Promise<void> {
  const groups = [...Map.groupBy(results, ({ orderingGroup }) => orderingGroup)]
  const headOf = new Map(heads.map(head => [head.orderingGroup, head]))
  const published = await Promise.allSettled(
    groups.map(async ([group, members]) => {
      for (const events of inMessages(members.map(resultEvent))) {
        await publisher.publish(topic, await toMessage(group, `[${events.join(',')}]`, headOf.get(group)))
      }
    }),
  )
  const failed = published.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

async function toMessage(group: number, json: string, head?: Head): Promise<Message> {
  const orderingKey = String(group)
  const attributes = {
    ...ATTRIBUTES,
    ...(head && { chainnumber: String(head.number), chainhash: head.hash }),
  }
  if (json.length < COMPRESSED_FROM_BYTES) return { orderingKey, data: json, attributes }
  // The fastest level: it finds nearly all that a batch repeats, in a third of the time.
  const data = await compress(json, { level: constants.Z_BEST_SPEED })
  return { orderingKey, data, attributes: { ...attributes, 'content-encoding': 'gzip' } }
}

/** No event is larger than 10 kB, so each fits. */
function inMessages(events: readonly string[]): string[][] {
  const messages: string[][] = []
  let bytes = MAX_MESSAGE_BYTES
  for (const event of events) {
    const size = Buffer.byteLength(event) + 1
    bytes += size
    if (bytes > MAX_MESSAGE_BYTES) {
      messages.push([])
      bytes = size
    }
    messages.at(-1)?.push(event)
  }
  return messages
}
