import { type EventEmitter, on } from 'node:events'
import type { Message } from '@google-cloud/pubsub'
import { afterTest, PROJECT, type startFixture } from './fixture.ts'

type Fixture = Awaited<ReturnType<typeof startFixture>>

/** The unary calls that pull from and settle a subscription; a pull takes what is there and does not wait. */
export function pulling({ subscriber }: Pick<Fixture, 'subscriber'>, name: string) {
  const subscription = `projects/${PROJECT}/subscriptions/${name}`
  const pull = async (max = 10) => {
    const request = { subscription, maxMessages: max, returnImmediately: true }
    const [{ receivedMessages }] = await subscriber.pull(request)
    return (receivedMessages ?? []).map(({ ackId, message }) => ({
      ackId: ackId ?? '',
      text: message?.data?.toString() ?? '',
    }))
  }
  return {
    subscription,
    pull,
    texts: async (max = 10) => (await pull(max)).map(({ text }) => text),
    acknowledge: (...ackIds: string[]) => subscriber.acknowledge({ subscription, ackIds }),
    modifyDeadline: (ackDeadlineSeconds: number, ...ackIds: string[]) =>
      subscriber.modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds }),
  }
}

/** The messages of a subscriber, one by one; the subscriber is closed after the test. */
export function messagesOf(subscription: EventEmitter & { close(): Promise<void> }): () => Promise<Message> {
  const events = on(subscription, 'message')
  afterTest(() => subscription.close())
  return async () => (await events.next()).value?.[0]
}
