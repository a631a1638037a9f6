import { PubSub, v1 } from '@google-cloud/pubsub'
import { credentials } from '@grpc/grpc-js'
import { type EndpointServer, startEndpointServer } from './endpoint.ts'

/** Google's clients, connected to one emulator. */
export type Connection = {
  /** What an application uses. */
  readonly client: PubSub
  /** The API call by call; a refusal comes at once, as nothing is tried again. */
  readonly publisher: v1.PublisherClient
  readonly subscriber: v1.SubscriberClient
  readonly endpoints: EndpointServer
  /** How long something that is to come may take; long means that a busy machine makes no difference. */
  readonly patienceMs: number
  close(): Promise<void>
}

/** Connects to the emulator at `host`, which is not taken from the environment: two emulators may be tested at once. */
export async function connect(host: string, patienceMs: number): Promise<Connection> {
  // Otherwise the client looks for a metadata server, which only a machine in the cloud has.
  process.env['METADATA_SERVER_DETECTION'] = 'none'
  const [servicePath = '', port] = host.split(':')
  const plain = { servicePath, port: Number(port), sslCreds: credentials.createInsecure() }
  const options = (service: string, methods: readonly string[]) => ({
    ...plain,
    clientConfig: withoutRetries(`google.pubsub.v1.${service}`, methods),
  })
  const client = new PubSub({ projectId: 'conformance', apiEndpoint: host, emulatorMode: true })
  const publisher = new v1.PublisherClient(options('Publisher', PUBLISHER_METHODS))
  const subscriber = new v1.SubscriberClient(options('Subscriber', SUBSCRIBER_METHODS))
  const endpoints = await startEndpointServer()
  return {
    client,
    publisher,
    subscriber,
    endpoints,
    patienceMs,
    async close() {
      await Promise.all([client.close(), publisher.close(), subscriber.close(), endpoints.close()])
    },
  }
}

// Long enough for any answer that comes at all.
const CALL_LIMIT_MS = 15_000

const PUBLISHER_METHODS = [
  ...['CreateTopic', 'UpdateTopic', 'Publish', 'GetTopic', 'ListTopics'],
  ...['ListTopicSubscriptions', 'DeleteTopic', 'DetachSubscription'],
]
const SUBSCRIBER_METHODS = [
  ...['CreateSubscription', 'GetSubscription', 'UpdateSubscription', 'ListSubscriptions'],
  ...['DeleteSubscription', 'ModifyAckDeadline', 'Acknowledge', 'Pull', 'ModifyPushConfig', 'Seek'],
]

/** Some errors are tried again for ten minutes otherwise, and a case would learn of none of them. */
function withoutRetries(service: string, methods: readonly string[]) {
  const once = { retry_codes_name: 'none', timeout_millis: CALL_LIMIT_MS }
  return {
    interfaces: {
      [service]: {
        retry_codes: { none: [] },
        methods: Object.fromEntries(methods.map(method => [method, once])),
      },
    },
  }
}
