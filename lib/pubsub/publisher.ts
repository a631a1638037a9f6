import type { PubSub, Topic } from '@google-cloud/pubsub'

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

/** A publisher whose client is loaded later than itself. */
export type LateLoadingPublisher = Publisher & {
  /** Loads the client, so that the first message need not wait for it. */
  warm(): Promise<void>
}

export type PublisherOptions = {
  readonly projectId: string
  readonly publishMilliseconds: number
  /** Host and port of an emulator; empty for Google's Pub/Sub. */
  readonly emulatorHost: string
}

/**
 * Publishes to Pub/Sub, or to an emulator. Google's client is a third of all there is to load: it is loaded when it is first
 * needed, or told to be, so that a process can answer before.
 */
export function createPublisher(options: PublisherOptions): LateLoadingPublisher {
  const { projectId, publishMilliseconds, emulatorHost } = options
  let loading: Promise<PubSub> | undefined
  const load = () => {
    // Said here: the client would look into the environment, which may say something else by the time it is loaded.
    const place = emulatorHost === '' ? {} : { apiEndpoint: emulatorHost }
    loading ??= import('@google-cloud/pubsub').then(({ PubSub }) => new PubSub({ projectId, ...place }))
    return loading
  }
  // Each Topic object has queues and a publisher of its own: made once, kept.
  const topics = new Map<string, Topic>()
  const publishing = publishOptions(publishMilliseconds)
  return {
    publish: async (name, { data, orderingKey, attributes = {} }) => {
      const client = await load()
      const topic = topics.get(name) ?? client.topic(name, publishing)
      topics.set(name, topic)
      try {
        await topic.publishMessage({ data: Buffer.from(data), orderingKey, attributes })
      } catch (error) {
        // Otherwise the client may refuse the key's later messages, which carry news of their own.
        topic.resumePublishing(orderingKey)
        throw error
      }
    },
    warm: async () => {
      await load()
    },
    close: async () => {
      await (await loading)?.close()
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
