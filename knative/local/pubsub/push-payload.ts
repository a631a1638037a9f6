import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { MessageCopy } from './ordering.ts'
import type { PushConfig } from './wire.ts'

/** One push request, without its target and its token. */
export type PushPayload = {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

// As the service presents itself.
const AGENT_HEADERS = {
  Accept: 'application/json',
  From: 'noreply@google.com',
  'User-Agent': 'CloudPubSub-Google',
}

// They rule the connection (RFC 9110, sections 7.2, 7.6.1, 8.6 and 10.1.1): taken from an attribute they would break the
// request in two, send it elsewhere or hold it back. An Authorization from an attribute is allowed, as the service's
// page on unwrapping has it; the subscription's own token replaces it.
const RESERVED_HEADERS = new Set([
  ...['connection', 'content-length', 'expect', 'host', 'http2-settings', 'keep-alive', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
])

/** What a push says of the subscription it comes from. */
export interface PushOrigin {
  readonly config: { readonly name: string }
  deliveryAttempt(failures: number): number | undefined
}

/** The message as the endpoint gets it: wrapped, unless the subscription says otherwise. */
export function pushPayload(
  subscription: PushOrigin,
  { noWrapper }: PushConfig,
  copy: MessageCopy,
): PushPayload {
  if (noWrapper) return unwrapped(subscription, noWrapper.writeMetadata, copy)
  const headers = { ...AGENT_HEADERS, 'Content-Type': 'application/json' }
  return { headers, body: wrappedBody(subscription, copy) }
}

/**
 * The wrapped push body, docs.cloud.google.com/pubsub/docs/push: camel case, with snake-case twins of id and time.
 * Attributes, ordering key and data are left out when empty, as the service does; deliveryAttempt is there only with a
 * dead-letter policy.
 */
function wrappedBody(subscription: PushOrigin, { message, failures }: MessageCopy): string {
  const publishTime = new Date(message.publishTimeMs).toISOString()
  return JSON.stringify({
    message: {
      attributes: Object.keys(message.attributes).length === 0 ? undefined : message.attributes,
      data: message.data.length === 0 ? undefined : message.data.toString('base64'),
      messageId: message.messageId,
      message_id: message.messageId,
      orderingKey: message.orderingKey === '' ? undefined : message.orderingKey,
      publishTime,
      publish_time: publishTime,
    },
    subscription: subscription.config.name,
    deliveryAttempt: subscription.deliveryAttempt(failures),
  })
}

/** docs.cloud.google.com/pubsub/docs/payload-unwrapping: the data is the body, the rest at most headers. */
function unwrapped(subscription: PushOrigin, writeMetadata: boolean, { message }: MessageCopy): PushPayload {
  if (!writeMetadata) return { headers: AGENT_HEADERS, body: message.data }
  const attributes = Object.entries(message.attributes).filter(([name]) => isFree(name.toLowerCase()))
  const metadata = [
    ['x-goog-pubsub-subscription-name', subscription.config.name],
    ['x-goog-pubsub-message-id', message.messageId],
    ['x-goog-pubsub-publish-time', new Date(message.publishTimeMs).toISOString()],
    ...(message.orderingKey === '' ? [] : [['x-goog-pubsub-ordering-key', message.orderingKey]]),
  ]
  const headers = [...Object.entries(AGENT_HEADERS), ...attributes, ...metadata]
  // Header names are equal in any case: the last one counts, and there is one of each.
  const byName = new Map<string, string>()
  for (const [name = '', value = ''] of headers) {
    if (isHeader(name, value)) byName.set(name.toLowerCase(), value)
  }
  return { headers: Object.fromEntries(byName), body: message.data }
}

function isFree(name: string): boolean {
  return !RESERVED_HEADERS.has(name) && !name.startsWith('x-goog-pubsub-')
}

/** What cannot be a header is left out, and the message arrives: nothing says that the service refuses it for that. */
function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}
