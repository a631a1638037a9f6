import type { MessageDraft } from './message.ts'
import { failedPrecondition, invalidArgument } from './service-error.ts'

// docs.cloud.google.com/pubsub/quotas, "resource limits".
const MAX_MESSAGES = 1_000
const MAX_REQUEST_BYTES = 10_000_000
const MAX_ATTRIBUTES = 100
const MAX_ATTRIBUTE_KEY_BYTES = 256
const MAX_ATTRIBUTE_VALUE_BYTES = 1_024
const MAX_ORDERING_KEY_BYTES = 1_024

/**
 * Throws what the service answers to a publish request that breaks a limit: INVALID_ARGUMENT, and FAILED_PRECONDITION
 * for more than one ordering key (yoshidan/google-cloud-rust issue 226 quotes the service). All messages are checked
 * before any is published, because a publish request succeeds or fails whole.
 */
export function checkPublish(messages: readonly MessageDraft[]): void {
  if (messages.length === 0) {
    throw invalidArgument(
      'The value for message_count is too small. You passed 0 in the request, but the minimum value is 1.',
    )
  }
  if (messages.length > MAX_MESSAGES) {
    throw invalidArgument(
      `The value for message_count is too large. You passed ${messages.length} in the request, but the maximum value is ${MAX_MESSAGES}.`,
    )
  }
  let requestBytes = 0
  for (const message of messages) requestBytes += checkMessage(message)
  if (requestBytes > MAX_REQUEST_BYTES) {
    throw invalidArgument(
      `The value for request_size is too large. You passed ${requestBytes} in the request, but the maximum value is ${MAX_REQUEST_BYTES}.`,
    )
  }
  const key = messages[0]?.orderingKey
  if (messages.some(message => message.orderingKey !== key)) {
    throw failedPrecondition(
      'In a single publish request, all messages must have no ordering key or they must all have the same ordering key.',
    )
  }
}

function checkMessage({ data, attributes, orderingKey }: MessageDraft): number {
  const entries = Object.entries(attributes)
  if (data.length === 0 && entries.length === 0) {
    throw invalidArgument(
      'One or more messages in the publish request is empty. Each message must contain either non-empty data, or at least one attribute.',
    )
  }
  if (entries.length > MAX_ATTRIBUTES) {
    throw invalidArgument(`A message has ${entries.length} attributes, but the maximum is ${MAX_ATTRIBUTES}.`)
  }
  const keyBytes = Buffer.byteLength(orderingKey)
  if (keyBytes > MAX_ORDERING_KEY_BYTES) {
    throw invalidArgument(
      `An ordering key has ${keyBytes} bytes, but the maximum is ${MAX_ORDERING_KEY_BYTES}.`,
    )
  }
  let bytes = data.length + keyBytes
  for (const [key, value] of entries) bytes += checkAttribute(key, value)
  return bytes
}

function checkAttribute(key: string, value: string): number {
  const keyBytes = Buffer.byteLength(key)
  const valueBytes = Buffer.byteLength(value)
  if (keyBytes === 0 || keyBytes > MAX_ATTRIBUTE_KEY_BYTES) {
    throw invalidArgument(
      `An attribute key has ${keyBytes} bytes; it must have 1 to ${MAX_ATTRIBUTE_KEY_BYTES}.`,
    )
  }
  if (key.startsWith('goog')) throw invalidArgument('An attribute key must not start with "goog".')
  if (valueBytes > MAX_ATTRIBUTE_VALUE_BYTES) {
    throw invalidArgument(
      `An attribute value has ${valueBytes} bytes, but the maximum is ${MAX_ATTRIBUTE_VALUE_BYTES}.`,
    )
  }
  return keyBytes + valueBytes
}
