/**
 * The parts of google.pubsub.v1 that the emulator reads and writes, in the shape @grpc/proto-loader gives them with
 * the options of grpc.ts: absent scalars are their default, absent messages null.
 */

export type Duration = { seconds: number; nanos: number }
type Timestamp = { seconds: number; nanos: number }
export type FieldMask = { paths: string[] }
export type Empty = Record<string, never>

export type PubsubMessage = {
  data: Buffer
  attributes: Record<string, string>
  messageId: string
  publishTime: Timestamp | null
  orderingKey: string
}

export type Topic = {
  name: string
  labels: Record<string, string>
  messageRetentionDuration: Duration | null
  schemaSettings: object | null
  ingestionDataSourceSettings: object | null
  messageTransforms: object[]
}

type OidcToken = { serviceAccountEmail: string; audience: string }

export type PushConfig = {
  pushEndpoint: string
  attributes: Record<string, string>
  oidcToken?: OidcToken | null
  noWrapper?: { writeMetadata: boolean } | null
}

export type RetryPolicy = { minimumBackoff: Duration | null; maximumBackoff: Duration | null }
export type DeadLetterPolicy = { deadLetterTopic: string; maxDeliveryAttempts: number }

export type Subscription = {
  name: string
  topic: string
  pushConfig: PushConfig | null
  bigqueryConfig: object | null
  cloudStorageConfig: object | null
  bigtableConfig: object | null
  ackDeadlineSeconds: number
  retainAckedMessages: boolean
  messageRetentionDuration: Duration | null
  labels: Record<string, string>
  enableMessageOrdering: boolean
  expirationPolicy: { ttl: Duration | null } | null
  filter: string
  deadLetterPolicy: DeadLetterPolicy | null
  retryPolicy: RetryPolicy | null
  enableExactlyOnceDelivery: boolean
  detached: boolean
  topicMessageRetentionDuration: Duration | null
  state: string
  messageTransforms: object[]
}

export type ReceivedMessage = { ackId: string; message: PubsubMessage; deliveryAttempt: number }

export type PublishRequest = { topic: string; messages: PubsubMessage[] }
export type PageRequest = { pageSize: number; pageToken: string }
export type PullRequest = { subscription: string; returnImmediately: boolean; maxMessages: number }
export type AcknowledgeRequest = { subscription: string; ackIds: string[] }
export type ModifyAckDeadlineRequest = { subscription: string; ackIds: string[]; ackDeadlineSeconds: number }

export type StreamingPullRequest = {
  subscription: string
  ackIds: string[]
  modifyDeadlineSeconds: number[]
  modifyDeadlineAckIds: string[]
  streamAckDeadlineSeconds: number
  maxOutstandingMessages: number
  maxOutstandingBytes: number
  protocolVersion: number
}

export type SeekRequest = { subscription: string; time?: Timestamp | null; snapshot?: string }

type AckConfirmation = {
  ackIds: string[]
  invalidAckIds: string[]
  unorderedAckIds: string[]
}

export type StreamingPullResponse = {
  receivedMessages?: ReceivedMessage[]
  acknowledgeConfirmation?: AckConfirmation
  modifyAckDeadlineConfirmation?: Omit<AckConfirmation, 'unorderedAckIds'>
  subscriptionProperties?: { exactlyOnceDeliveryEnabled: boolean; messageOrderingEnabled: boolean }
}
