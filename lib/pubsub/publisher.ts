import { PubSub, type Topic } from '@google-cloud/pubsub'

export type Message = {
  readonly data: string | Buffer
  /** Messages with one key are delivered in the order they were published. */
  readonly orderingKey: string
  readonly attributes?: Readonly<Record<string, string>>
}

export type Publisher = {
  /** Resolves when the topic has the message; throws when it has not within the deadline. */
  publish(topic: string, message: Message): Promise<void>
  close(): Promise<void>
}

export type PublisherOptions = { readonly projectId: string; readonly publishMilliseconds: number }

/** Publishes to Pub/Sub, or to the emulator that PUBSUB_EMULATOR_HOST names. */
export function createPublisher({ projectId, publishMilliseconds }: PublisherOptions): Publisher {
  const client = new PubSub({ projectId })
  // Each Topic object has queues and a publisher of its own: made once, kept.
  const topics = new Map<string, Topic>()
  const options = publishOptions(publishMilliseconds)
  return {
    publish: async (name, { data, orderingKey, attributes = {} }) => {
      const topic = topics.get(name) ?? client.topic(name, options)
      topics.set(name, topic)
      try {
        await topic.publishMessage({ data: Buffer.from(data), orderingKey, attributes })
      } catch (error) {
        // Otherwise the client may refuse the key's later messages, which carry news of their own.
        topic.resumePublishing(orderingKey)
        throw error
      }
    },
    close: async () => {
      await client.close()
    },
  }
}

/**
 * No client-side batching: what we publish is a batch already. By default the client would retry for ten
 * minutes, while the caller of `ingest` waits; one deadline bounds it all.
 */
function publishOptions(milliseconds: number) {
  return {
    messageOrdering: true,
    batching: { maxMessages: 1 },
    gaxOpts: {
      timeout: milliseconds,
      retry: {
        backoffSettings: {
          initialRetryDelayMillis: 50,
          retryDelayMultiplier: 2,
          maxRetryDelayMillis: 1000,
          initialRpcTimeoutMillis: milliseconds,
          rpcTimeoutMultiplier: 1,
          maxRpcTimeoutMillis: milliseconds,
          totalTimeoutMillis: milliseconds,
        },
      },
    },
  }
}
