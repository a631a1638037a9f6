import type { protos } from '@google-cloud/pubsub'
import { status } from '@grpc/grpc-js'
import { page, type Theme } from '../support/case.ts'
import { Channel } from '../support/channel.ts'
import { expectAllInvalid, expectRefusal } from '../support/refusal.ts'
import type { Service } from '../support/service.ts'

const QUOTAS = 'docs.cloud.google.com/pubsub/quotas'
const ONE = { data: Buffer.from('1') }

/** What publishes messages to a topic of the case's own, in one request. */
async function publishing({ publisher, newName }: Service) {
  const topic = newName('topics')
  await publisher.createTopic({ name: topic })
  return (...messages: protos.google.pubsub.v1.IPubsubMessage[]) => publisher.publish({ topic, messages })
}

function attributes(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'value']))
}

export const publishLimits: Theme = {
  title: 'Limits of a publish request',
  cases: [
    {
      behaviour: 'A publish request without messages is INVALID_ARGUMENT',
      source: 'google.pubsub.v1 PublishRequest.messages',
      async run(service) {
        const send = await publishing(service)
        await expectRefusal(status.INVALID_ARGUMENT, send())
      },
    },
    {
      behaviour: 'A publish request has 1,000 messages at most',
      source: QUOTAS,
      async run(service) {
        const send = await publishing(service)
        const messages = Array.from({ length: 1_001 }, () => ONE)
        await expectRefusal(status.INVALID_ARGUMENT, send(...messages))
        await send(...messages.slice(1))
      },
    },
    {
      behaviour: 'A publish request of more than 10 MB is INVALID_ARGUMENT',
      source: QUOTAS,
      async run(service) {
        const send = await publishing(service)
        const half = { data: Buffer.alloc(5_000_001, 'x') }
        await expectRefusal(status.INVALID_ARGUMENT, send(half, half))
      },
    },
    {
      behaviour: 'A message of 9 MB is published and arrives',
      source: QUOTAS,
      async run(service) {
        const channel = await Channel.open(service)
        await channel.publish(['x'.repeat(9_000_000)])
        const { text } = await channel.receiveOne()
        if (text.length !== 9_000_000) throw new Error(`${text.length} bytes arrived`)
      },
    },
    {
      behaviour: 'A message has 100 attributes at most',
      source: QUOTAS,
      async run(service) {
        const send = await publishing(service)
        await expectAllInvalid({ '101 attributes': send({ attributes: attributes(101) }) })
        await send({ attributes: attributes(100) })
      },
    },
    {
      behaviour: 'The key of an attribute has 1 to 256 bytes',
      source: QUOTAS,
      async run(service) {
        const send = await publishing(service)
        await expectAllInvalid({
          empty: send({ ...ONE, attributes: { '': 'value' } }),
          long: send({ ...ONE, attributes: { ['k'.repeat(257)]: 'value' } }),
          'long in bytes': send({ ...ONE, attributes: { ['ü'.repeat(129)]: 'value' } }),
        })
        await send({ ...ONE, attributes: { ['k'.repeat(256)]: 'value' } })
      },
    },
    {
      behaviour: 'The value of an attribute has 1,024 bytes at most',
      source: QUOTAS,
      async run(service) {
        const send = await publishing(service)
        await expectAllInvalid({
          long: send({ ...ONE, attributes: { key: 'v'.repeat(1_025) } }),
          'long in bytes': send({ ...ONE, attributes: { key: 'ü'.repeat(513) } }),
        })
        await send({ ...ONE, attributes: { key: 'ü'.repeat(512) } })
      },
    },
    {
      behaviour: 'The key of an attribute does not begin with goog',
      source: page('publish-message-overview'),
      async run(service) {
        const send = await publishing(service)
        await expectAllInvalid({ goog: send({ ...ONE, attributes: { 'goog-key': 'value' } }) })
      },
    },
    {
      behaviour: 'An ordering key has 1,024 bytes at most',
      source: page('ordering'),
      async run(service) {
        const send = await publishing(service)
        await expectAllInvalid({ long: send({ ...ONE, orderingKey: 'k'.repeat(1_025) }) })
        await send({ ...ONE, orderingKey: 'k'.repeat(1_024) })
      },
    },
  ],
}
