import { randomUUID } from 'node:crypto'
import { type Message, PubSub } from '@google-cloud/pubsub'
import type { Pipeline } from './pipeline.ts'
import { resultsText } from './results-text.ts'
import { until } from './until.ts'

export type ResultEvent = Readonly<Record<string, unknown>> & {
  readonly id: string
  readonly partitionkey: string
}

/** A consumer of `transaction-results`: what it was sent since it subscribed, as messages and taken apart. */
export type Consumer = {
  readonly messages: Message[]
  events(): ResultEvent[]
  /** What it was sent, once it was sent so many. */
  told(count: number): Promise<ResultEvent[]>
  close(): Promise<void>
}

export async function consumeResults(pipeline: Pipeline): Promise<Consumer> {
  const client = new PubSub({ projectId: pipeline.projectId })
  const [subscription] = await client
    .topic('transaction-results')
    .createSubscription(`consumer-${randomUUID()}`, { enableMessageOrdering: true })
  const messages: Message[] = []
  subscription.on('message', (message: Message) => {
    messages.push(message)
    message.ack()
  })
  // Pub/Sub may go away while it listens.
  subscription.on('error', () => undefined)
  const events = () => messages.flatMap(message => JSON.parse(resultsText(message)) as ResultEvent[])
  return {
    messages,
    events,
    told: async count => {
      await until(`${count} results are told, not ${events().length}`, () => events().length >= count)
      return events()
    },
    close: async () => {
      await subscription.close()
      await client.close()
    },
  }
}
