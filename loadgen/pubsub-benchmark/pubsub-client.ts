import { v1 } from '@google-cloud/pubsub'
import { credentials } from '@grpc/grpc-js'
import { writePayload } from './payload.ts'

const PROJECT = 'projects/benchmark'
/** Longer than any measurement: a push that waits in a slow emulator is not to be taken for a lost one. */
const ACK_DEADLINE_SECONDS = 600

/** Messages of one key, published together. */
export type KeyedBatch = {
  readonly key: string
  readonly firstPosition: number
  readonly count: number
  /** Whether they are to say when they were published. */
  readonly publishedMs: number
}

/** Google's client, connected to an emulator, on topics with one ordered subscription each. */
export type PubsubClient = {
  /** Creates a topic and its subscription of that name; without an endpoint, messages stay until one is set. */
  create(name: string, endpoint?: string): Promise<void>
  setEndpoint(name: string, endpoint: string): Promise<void>
  publish(name: string, batch: KeyedBatch): Promise<void>
  close(): Promise<void>
}

export function connectPubsub(host: string): PubsubClient {
  // Google's client would look for Google's metadata server, which is not here.
  process.env['METADATA_SERVER_DETECTION'] ??= 'none'
  const [servicePath = '', port] = host.split(':')
  const place = { servicePath, port: Number(port), sslCreds: credentials.createInsecure() }
  const publisher = new v1.PublisherClient(place)
  const subscriber = new v1.SubscriberClient(place)
  const topicOf = (name: string) => `${PROJECT}/topics/${name}`
  const subscriptionOf = (name: string) => `${PROJECT}/subscriptions/${name}`
  return {
    create: async (name, endpoint) => {
      await publisher.createTopic({ name: topicOf(name) })
      await subscriber.createSubscription({
        name: subscriptionOf(name),
        topic: topicOf(name),
        enableMessageOrdering: true,
        ackDeadlineSeconds: ACK_DEADLINE_SECONDS,
        ...(endpoint === undefined ? {} : { pushConfig: { pushEndpoint: endpoint } }),
      })
    },
    setEndpoint: async (name, endpoint) => {
      const pushConfig = { pushEndpoint: endpoint }
      await subscriber.modifyPushConfig({ subscription: subscriptionOf(name), pushConfig })
    },
    publish: async (name, batch) => {
      await publisher.publish({ topic: topicOf(name), messages: messagesOf(batch) })
    },
    close: async () => {
      await Promise.all([publisher.close(), subscriber.close()])
    },
  }
}

function messagesOf({ key, firstPosition, count, publishedMs }: KeyedBatch) {
  return Array.from({ length: count }, (_, index) => ({
    data: writePayload({ key, position: firstPosition + index, publishedMs }),
    orderingKey: key,
  }))
}
