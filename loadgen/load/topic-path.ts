import { openProducer, type PubsubPlace } from '../service/producer.ts'
import type { Path } from './path.ts'
import type { Skew } from './pick-pair.ts'
import type { Transfers } from './transfers.ts'

const PUBLISH_SECONDS = 30

/**
 * Publishes to the topic, as a producer would: one transfer under its source account as the key, so that what the
 * account sends arrives in order; an array, which has many sources, under none. Deposits all have one source, and would
 * arrive one at a time: their key is the account they go to.
 */
export async function topicPath(pubsub: PubsubPlace, transfers: Transfers, skew: Skew): Promise<Path> {
  const producer = await openProducer(pubsub, PUBLISH_SECONDS)
  const keyOf = (index: number) => {
    const { source, destination } = transfers.at(index)
    return transfers.accountIds[skew === 'world' ? destination : source] ?? ''
  }
  return {
    send: (first, count, onOutcome) => {
      const event = count === 1 ? transfers.json(first) : transfers.jsonArray(first, count)
      producer.publish(event, count === 1 ? keyOf(first) : '').then(
        () => onOutcome({ kind: 'accepted' }),
        error =>
          onOutcome({ kind: 'unknown', code: `publish: ${(error as { code?: number }).code ?? error}` }),
      )
    },
    close: () => producer.close(),
  }
}
