import assert from 'node:assert/strict'
import { status } from '@grpc/grpc-js'
import { type Case, page, type Theme } from '../support/case.ts'
import { Channel, texts } from '../support/channel.ts'
import { expectRefusal } from '../support/refusal.ts'
import type { Service } from '../support/service.ts'
import { openPush } from './push.ts'

const FILTER = page('subscription-message-filter')

/** The messages that the filters choose from: text and attributes are the same. */
const MESSAGES: Readonly<Record<string, Record<string, string>>> = {
  none: {},
  com: { domain: 'com' },
  COM: { domain: 'COM' },
  org: { domain: 'org', lang: 'en' },
  computer: { domain: 'computer', 'iana.org/language_tag': 'de' },
}

/** A case: with this filter exactly these of the messages come. */
function filterCase(behaviour: string, filter: string, expected: readonly string[]): Case {
  const run = async (service: Service) => {
    const channel = await Channel.open(service, { filter })
    for (const [text, attributes] of Object.entries(MESSAGES)) await channel.publish([text], { attributes })
    const received = await channel.receive(expected.length)
    assert.deepEqual(texts(received).sort(), [...expected].sort())
    await channel.receiveNothing()
  }
  return { behaviour: `${behaviour}: \`${filter}\``, source: FILTER, run }
}

async function create(service: Service, filter: string): Promise<unknown> {
  const { topic } = await Channel.open(service)
  return service.subscriber.createSubscription({ topic, filter, name: service.newName('subscriptions') })
}

export const filter: Theme = {
  title: 'Filters',
  cases: [
    filterCase('An attribute is there', 'attributes:lang', ['org']),
    filterCase('A value is equal, in case too', 'attributes.domain = "com"', ['com']),
    filterCase('A value is not equal, or not there', 'attributes.domain != "com"', [
      ...['none', 'COM', 'org', 'computer'],
    ]),
    filterCase('A value begins so', 'hasPrefix(attributes.domain, "co")', ['com', 'computer']),
    filterCase('NOT', 'NOT attributes:domain', ['none']),
    filterCase('A minus is NOT', '-attributes:domain', ['none']),
    filterCase('AND', 'attributes:domain AND attributes:lang', ['org']),
    filterCase('OR', 'attributes.domain = "com" OR attributes:lang', ['com', 'org']),
    filterCase(
      'Parentheses',
      'attributes:domain AND NOT (attributes:lang OR hasPrefix(attributes.domain, "com"))',
      ['COM'],
    ),
    filterCase('A key in quotes', 'attributes:"iana.org/language_tag"', ['computer']),
    {
      behaviour: 'A push subscription filters too',
      source: FILTER,
      async run(service) {
        const { channel, endpoint } = await openPush(service, { filter: 'attributes:wanted' })
        await channel.publish(['no'])
        await channel.publish(['yes'], { attributes: { wanted: '' } })
        const first = await endpoint.next()
        assert.equal(first.text, 'yes')
        first.answer(200)
        await endpoint.takeNothing()
      },
    },
    {
      behaviour: 'What is no filter is INVALID_ARGUMENT',
      source: page('reference/error-codes'),
      async run(service) {
        for (const text of ['attributes.', 'data = "1"', 'attributes.a = ']) {
          await expectRefusal(status.INVALID_ARGUMENT, create(service, text))
        }
      },
    },
    {
      behaviour: 'A filter has 256 bytes at most',
      source: FILTER,
      async run(service) {
        const ofLength = (bytes: number) => `attributes:${'k'.repeat(bytes - 'attributes:'.length)}`
        await expectRefusal(status.INVALID_ARGUMENT, create(service, ofLength(257)))
        await create(service, ofLength(256))
      },
    },
  ],
}
