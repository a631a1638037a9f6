import { on } from 'node:events'
import type { Message } from '@google-cloud/pubsub'
import type { Service } from './service.ts'

/** Subscribes as an application does; returns what resolves to the next message. */
export function subscribe(service: Service, name: string, maxMessages = 100): () => Promise<Message> {
  const subscription = service.client.subscription(name, {
    flowControl: { maxMessages },
    // One stream, so that the limit of the client is the limit of the stream.
    streamingOptions: { maxStreams: 1 },
  })
  const given = new AbortController()
  const events = on(subscription, 'message', { signal: given.signal })
  service.onEnd(async () => {
    given.abort()
    await subscription.close()
  })
  return async () => {
    const signal = AbortSignal.timeout(service.patienceMs)
    const late = new Promise<never>((_, reject) => {
      signal.onabort = () => reject(new Error('no message came to the client in time'))
    })
    const { value } = await Promise.race([events.next(), late])
    return value?.[0]
  }
}
