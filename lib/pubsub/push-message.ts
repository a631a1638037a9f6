import type { HttpRequest } from '../http/message.ts'

/** A message as Pub/Sub pushes it, unwrapped. */
export type PushMessage = {
  readonly messageId: string
  readonly text: string
  /** When it was published, in RFC 3339. */
  readonly publishTime: string | undefined
  readonly attributes: Readonly<Record<string, string>>
  /** Counts deliveries from 1; present only where the subscription has a dead-letter policy. */
  readonly deliveryAttempt: number | undefined
}

type Envelope = {
  message?: { data?: unknown; messageId?: unknown; attributes?: unknown; publishTime?: unknown }
  deliveryAttempt?: unknown
}

/** Five times what Pub/Sub gives. A dead letter is kept under this id, and its column holds no more. */
const MAX_ID = 100

/** Unwraps a push, or answers undefined for what is not one. `attributes` and `data` may be absent. */
export function readPushMessage({ body }: HttpRequest): PushMessage | undefined {
  const envelope = parseEnvelope(body)
  const message = envelope?.message
  if (typeof message !== 'object' || message === null || typeof message.messageId !== 'string')
    return undefined
  const { data = '', messageId, attributes = {} } = message
  if (messageId.length > MAX_ID) return undefined
  if (typeof data !== 'string' || typeof attributes !== 'object' || attributes === null) return undefined
  return {
    messageId,
    publishTime: typeof message.publishTime === 'string' ? message.publishTime : undefined,
    text: Buffer.from(data, 'base64').toString('utf8'),
    attributes: attributes as Record<string, string>,
    deliveryAttempt: typeof envelope?.deliveryAttempt === 'number' ? envelope.deliveryAttempt : undefined,
  }
}

function parseEnvelope(body: Buffer): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
