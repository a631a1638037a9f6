import { PubSub } from '@google-cloud/pubsub'
import { ExpectedError } from '../command/expected-error.ts'

const TOPIC = 'transactions'
const CONNECT_MILLISECONDS = 5000

/** Where Pub/Sub is. */
export type PubsubPlace = {
  /** Such as `127.0.0.1:8085`. */
  readonly host: string
  readonly projectId: string
}

/** Publishes transactions, as any producer would. */
export type Producer = {
  /**
   * Resolves when the topic has the event. Events of one key, which is not empty, are delivered in the order
   * of the calls; after one that failed the later ones of its key fail too, so that none overtakes it.
   */
  publish(event: string, orderingKey: string): Promise<void>
  close(): Promise<void>
}

/** Connects to the topic `transactions`; throws ExpectedError if it, or Pub/Sub, is not there. */
export async function openProducer(
  { host, projectId }: PubsubPlace,
  publishSeconds: number,
): Promise<Producer> {
  // Google's client would look for Google's metadata server, which is not here.
  process.env['METADATA_SERVER_DETECTION'] ??= 'none'
  const client = new PubSub({ projectId, apiEndpoint: host, emulatorMode: true })
  // One message a request when it is alone: what comes while a key's request is under way goes together in
  // the key's next one, so there is nothing to gain from waiting for more.
  const topic = client.topic(TOPIC, {
    messageOrdering: true,
    batching: { maxMessages: 1 },
    gaxOpts: callLimits(publishSeconds * 1000),
  })
  try {
    await topic.getMetadata(callLimits(CONNECT_MILLISECONDS))
  } catch (error) {
    await client.close()
    throw new ExpectedError(whyNot({ host, projectId }, error), error)
  }
  return {
    publish: async (event, orderingKey) => {
      await topic.publishMessage({ data: Buffer.from(event), orderingKey })
    },
    close: async () => {
      await client.close()
    },
  }
}

const NOT_FOUND = 5

function whyNot({ host, projectId }: PubsubPlace, error: unknown): string {
  const { code, message } = error as Error & { code?: number }
  if (code === NOT_FOUND) return `Pub/Sub on ${host} has no topic ${TOPIC} in the project ${projectId}.`
  return `No Pub/Sub answers on ${host} (${message}). Start it with npm start, or set PUBSUB_EMULATOR_HOST.`
}

/** One deadline for a call with all its retries; the client's own is ten minutes. */
function callLimits(milliseconds: number) {
  return {
    timeout: milliseconds,
    retry: {
      backoffSettings: {
        initialRetryDelayMillis: 100,
        retryDelayMultiplier: 2,
        maxRetryDelayMillis: 1000,
        initialRpcTimeoutMillis: milliseconds,
        rpcTimeoutMultiplier: 1,
        maxRpcTimeoutMillis: milliseconds,
        totalTimeoutMillis: milliseconds,
      },
    },
  }
}
