import type { PubsubMessage } from './wire.ts'

/** A published message. One object is shared by every subscription that has yet to deliver it, so it never changes. */
export type Message = {
  readonly messageId: string
  readonly data: Buffer
  readonly attributes: Readonly<Record<string, string>>
  /** Empty when the message has no order. */
  readonly orderingKey: string
  readonly publishTimeMs: number
}

/** What a publisher decides about a message; the service adds the id and the time. */
export type MessageDraft = Pick<Message, 'data' | 'attributes' | 'orderingKey'>

/** The message as gRPC carries it. */
export function toWire(message: Message): PubsubMessage {
  return {
    data: message.data,
    attributes: message.attributes,
    messageId: message.messageId,
    publishTime: {
      seconds: Math.floor(message.publishTimeMs / 1_000),
      nanos: (message.publishTimeMs % 1_000) * 1e6,
    },
    orderingKey: message.orderingKey,
  }
}
