import type { Publisher } from '../pubsub/publisher.ts'
import { resultEvent } from '../views/result-event.ts'
import type { TransactionView } from '../views/transaction-view.ts'

/** The results of one ordering group, in `seq` order. */
export type GroupResults = { readonly group: number; readonly transactions: readonly TransactionView[] }

/** CloudEvents in the batched content mode: an array of events, in JSON. */
const ATTRIBUTES = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' }

/** Half of what Pub/Sub takes in one message, 10 MB with its attributes. */
const MAX_MESSAGE_BYTES = 5_000_000

/**
 * Publishes the results of a group as batches of CloudEvents, in order: one message, or as many as they need. Throws at the
 * first that cannot be published, so that none overtakes it.
 */
export async function publishResults(
  publisher: Publisher,
  topic: string,
  { group, transactions }: GroupResults,
): Promise<void> {
  const events = transactions.map(view => JSON.stringify(resultEvent(view, group)))
  for (const batch of inMessages(events)) {
    const json = `[${batch.join(',')}]`
    await publisher.publish(topic, { json, orderingKey: String(group), attributes: ATTRIBUTES })
  }
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
