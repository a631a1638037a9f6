import type { Message } from './message.ts'

/**
 * The wrapped push body, docs.cloud.google.com/pubsub/docs/push: camel case, with snake-case twins of id and time.
 * Attributes, ordering key and data are left out when empty, as the service does; deliveryAttempt is there only with a
 * dead-letter policy.
 */
export function pushBody(
  message: Message,
  subscription: string,
  deliveryAttempt: number | undefined,
): string {
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
    subscription,
    deliveryAttempt,
  })
}
